using Kilo.BuildingBlocks.Http;
using Kilo.BuildingBlocks.Views;
using Microsoft.Extensions.DependencyInjection;

namespace Kilo.Users.Views;

/// <summary>What every query of Users starts from.</summary>
internal sealed class UsersReader([FromKeyedServices(UsersModule.ModuleName)] ModuleViews views)
{
    // More tokens than this are not shown; the newest are.
    private const int MostTokens = 1_000;

    public ModuleViews Views => views;

    /// <summary>A user that the caller may see: oneself, or anybody for an administrator.</summary>
    /// <exception cref="Problem">404.</exception>
    public async ValueTask<UserRow> UserAsync(Caller caller, Guid id, CancellationToken cancel) =>
        (caller.UserId == id || caller.IsAdmin ? await FindAsync(id, cancel) : null) ?? throw Problem.NotFound("user");

    public ValueTask<UserRow?> FindAsync(Guid id, CancellationToken cancel) => UserRow.Table.GetAsync(views.Store, id.ToString(), "", cancel);

    /// <summary>Everybody, by name.</summary>
    public async ValueTask<IEnumerable<UserRow>> EveryoneAsync(CancellationToken cancel) =>
        (await UserRow.Directory.SliceAsync(views.Store, UserRow.Everyone, "", null, int.MaxValue, cancel)).Select(u => u.Row);

    /// <summary>A user's tokens that still work, the newest first.</summary>
    public async ValueTask<IEnumerable<TokenRow>> TokensAsync(UserRow user, DateTimeOffset now, CancellationToken cancel) =>
        (await TokenRow.OfUser.SliceAsync(views.Store, user.Id.ToString(), "", null, MostTokens, cancel, descending: true))
            .Select(t => t.Row).Where(t => t.Works(user, now)).OrderByDescending(t => t.IssuedAt);
}

/// <summary>A user.</summary>
/// <param name="Id">The user; also the id of the personal library.</param>
/// <param name="Email">For signing in.</param>
/// <param name="DisplayName">What other people see.</param>
/// <param name="Role"><c>admin</c> or <c>member</c>.</param>
/// <param name="Disabled">True: may not sign in, and tokens do not work.</param>
/// <param name="RegisteredAt">When the user was added.</param>
internal sealed record UserResponse(Guid Id, string Email, string DisplayName, string Role, bool Disabled, DateTimeOffset RegisteredAt)
{
    public static UserResponse Of(UserRow row) => new(row.Id, row.Email, row.DisplayName, row.Role, row.Disabled, row.RegisteredAt);
}

/// <summary>A list.</summary>
internal sealed record Page<TItem>(IReadOnlyList<TItem> Items, string? Next);

/// <summary>Who a token speaks for, from Users' own views.</summary>
internal sealed class UserIdentities(ModuleViews views, TimeProvider time) : IIdentitySource
{
    public async ValueTask<Identity?> FindAsync(AccessToken token, CancellationToken cancel)
    {
        var row = await TokenRow.Table.GetAsync(views.Store, token.Hash, "", cancel);
        if (row is null)
        {
            // Read again even when there was nothing to wait for: the fact may have been folded between the two.
            await views.ReachAsync(token.Issued, cancel);
            row = await TokenRow.Table.GetAsync(views.Store, token.Hash, "", cancel);
        }
        return row is not null && await UserRow.Table.GetAsync(views.Store, row.UserId.ToString(), "", cancel) is { Disabled: false } user
            && row.Works(user, time.GetUtcNow())
            ? new Identity(row.UserId, user.Role, row.Id)
            : null;
    }
}
