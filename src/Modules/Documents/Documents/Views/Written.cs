using Kilo.BuildingBlocks.Http;
using Kilo.BuildingBlocks.Log;
using Microsoft.AspNetCore.Http;

namespace Kilo.Documents.Views;

/// <summary>What became of a command.</summary>
/// <param name="Position">Where the fact stands; null when the command found nothing to change.</param>
/// <param name="Location">Where the result is, or will be.</param>
/// <param name="View">What the view says of it; null when the caller did not want to wait, or the view was too slow.</param>
/// <param name="IsNew">True when something came to be.</param>
internal sealed record Written<TView>(LogPosition? Position, string Location, TView? View, bool IsNew = false) where TView : class
{
    /// <summary>201 with the new thing, 200 with the changed one, or 202: the fact is safe, the view will follow.</summary>
    public IResult Answer(HttpResponse response)
    {
        if (Position is { } position)
        {
            Positions.Answer(response, position);
        }
        return View is null ? TypedResults.Accepted(Location)
            : IsNew ? TypedResults.Created(Location, View)
            : TypedResults.Ok(View);
    }
}
