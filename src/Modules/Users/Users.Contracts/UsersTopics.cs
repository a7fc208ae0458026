using Kilo.BuildingBlocks.Events;

namespace Kilo.Users.Contracts;

/// <summary>The public topics of Users.</summary>
public static class UsersTopics
{
    /// <summary>
    /// People and their tokens. One partition: that an e-mail address is taken only once needs one order.
    /// Each event carries its key's whole state, so the topic may be compacted.
    /// </summary>
    public static Topic Users { get; } = new("kilo.users", "users", Partitions: 1, Compacted: true);
}
