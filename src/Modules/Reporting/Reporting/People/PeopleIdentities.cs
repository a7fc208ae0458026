using Kilo.BuildingBlocks.Http;
using Kilo.BuildingBlocks.Views;
using Kilo.Reporting.Model;

namespace Kilo.Reporting.People;

/// <summary>Who a token speaks for, from Reporting's own copy.</summary>
internal sealed class PeopleIdentities(ModuleViews views, TimeProvider time) : IIdentitySource
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
        return row is not null && !(row.ExpiresAt <= time.GetUtcNow())
            && await UserRow.Table.GetAsync(views.Store, row.UserId.ToString(), "", cancel) is { Disabled: false } user
            && !(row.IsSignIn && row.IssuedAt < user.SignInsValidFrom)
            ? new Identity(row.UserId, user.Role, row.TokenId)
            : null;
    }
}
