using Kilo.Testing.Http;
using Xunit;

namespace Kilo.SystemTests.Kit;

/// <summary>One process with everything in it, for the tests of a class that only ask.</summary>
public sealed class Running : IAsyncLifetime, IDisposable
{
    private readonly DataDirectory _data = new();

    public KiloProcess Kilo { get; private set; } = null!;

    public KiloClient Admin { get; private set; } = null!;

    public KiloClient Anonymous => Kilo.Anonymous;

    public async Task InitializeAsync()
    {
        Kilo = await KiloProcess.ReadyAsync(_data.Path);
        Admin = await Kilo.AdminAsync();
    }

    public async Task DisposeAsync()
    {
        Admin?.Dispose();
        if (Kilo is not null)
        {
            await Kilo.DisposeAsync();
        }
    }

    public void Dispose() => _data.Dispose();
}
