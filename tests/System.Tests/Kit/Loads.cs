using Xunit;

namespace Kilo.SystemTests.Kit;

/// <summary>Tests that need the machine for themselves: they run one after the other, and beside no other test.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Loads
{
    public const string Name = "loads the machine";
}
