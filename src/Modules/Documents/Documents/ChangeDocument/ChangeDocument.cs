using FluentValidation;
using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Http;
using Kilo.Documents.Contracts;
using Kilo.Documents.Rules;
using Kilo.Documents.Views;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Kilo.Documents.ChangeDocument;

/// <summary>Renames, moves or tags a document.</summary>
internal sealed record ChangeDocument(
    Caller Caller, Guid EventId, Guid DocumentId, string? Title, string? Folder, IReadOnlyList<string>? Tags, IReadOnlyList<string>? IfMatch, bool Wait)
    : ICommand<Written<DocumentResponse>>;

internal sealed class ChangeDocumentValidator : AbstractValidator<ChangeDocument>
{
    public ChangeDocumentValidator()
    {
        When(c => c.Title is not null, () => RuleFor(c => c.Title!).IsTitle());
        When(c => c.Folder is not null, () => RuleFor(c => c.Folder!).IsFolder());
        When(c => c.Tags is not null, () => RuleFor(c => c.Tags!).AreTags());
    }
}

internal sealed class ChangeDocumentHandler(DocumentsReader reader, DocumentAppender appender) : IRequestHandler<ChangeDocument, Written<DocumentResponse>>
{
    public async Task<Written<DocumentResponse>> Handle(ChangeDocument request, CancellationToken cancellationToken)
    {
        var document = await reader.DocumentAsync(request.Caller, request.DocumentId, cancellationToken);
        Preconditions.NotTrashed(document);
        Preconditions.Match(document, request.IfMatch);
        var fact = new DocumentChanged(
            document.Id,
            request.Title == document.Title ? null : request.Title,
            request.Folder == document.Folder ? null : request.Folder,
            request.Tags is null || request.Tags.SequenceEqual(document.Tags) ? null : request.Tags);
        return fact is { Title: null, Folder: null, Tags: null }
            ? await appender.NothingToDoAsync(document, cancellationToken)
            : await appender.AppendAsync(fact, document.Id, request.EventId, request.Caller, request.Wait, cancellationToken);
    }
}

/// <summary>What to change; what is left out stays.</summary>
/// <param name="Title">1 to 255 characters.</param>
/// <param name="Folder">Path with '/' between the names; empty: the top.</param>
/// <param name="Tags">All tags from now on.</param>
internal sealed record ChangeDocumentRequest(string? Title = null, string? Folder = null, IReadOnlyList<string>? Tags = null);

internal static class ChangeDocumentEndpoint
{
    public static void MapChangeDocument(this IEndpointRouteBuilder routes) => routes
        .MapPatch("/documents/{id:guid}", async (Caller caller, Guid id, ChangeDocumentRequest body, HttpRequest http, Ids ids, IMediator mediator, CancellationToken cancel) =>
            (await mediator.Send(new ChangeDocument(
                caller, http.EventId(caller.UserId, ids), id, body.Title?.Trim(' '), body.Folder is null ? null : TextRules.Folder(body.Folder),
                body.Tags is null ? null : TextRules.Tags(body.Tags), http.IfMatch(), Wait: !http.PrefersAsync()), cancel))
            .Answer(http.HttpContext.Response))
        .Produces<DocumentResponse>().Produces(202).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412)
        .WithName("ChangeDocument").WithSummary("Renames, moves or tags a document.");
}
