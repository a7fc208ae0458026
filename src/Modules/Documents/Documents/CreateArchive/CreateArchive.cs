using FluentValidation;
using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Http;
using Kilo.Documents.Archives;
using Kilo.Documents.Rules;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Kilo.Documents.CreateArchive;

/// <summary>Asks for a zip file of documents.</summary>
internal sealed record CreateArchive(Caller Caller, IReadOnlyList<Guid>? Documents, string? Library, string Folder) : ICommand<ArchiveResponse>;

internal sealed class CreateArchiveValidator : AbstractValidator<CreateArchive>
{
    public CreateArchiveValidator()
    {
        RuleFor(c => c).Must(c => c.Documents is null ? c.Library is not null : c.Library is null && c.Folder.Length == 0)
            .WithErrorCode("invalid-archive").WithMessage("Say either documents, or a library and perhaps a folder of it.");
        RuleFor(c => c.Documents).Must(d => d is null || d.Count > 0).WithErrorCode("invalid-archive").WithMessage("An archive needs at least one document.");
        RuleFor(c => c.Folder).IsFolder();
    }
}

internal sealed class CreateArchiveHandler(ArchiveReader archives, ArchiveTickets tickets) : IRequestHandler<CreateArchive, ArchiveResponse>
{
    public async Task<ArchiveResponse> Handle(CreateArchive request, CancellationToken cancellationToken)
    {
        var ticket = new ArchiveTicket(
            request.Caller.UserId, tickets.Expiry, request.Documents is null ? null : [.. request.Documents.Distinct()],
            request.Library is null ? null : Libraries.Resolve(request.Caller, request.Library), request.Folder);
        await archives.CheckAsync(request.Caller, ticket, cancellationToken);
        return new ArchiveResponse($"/api/archives/{await tickets.AddAsync(ticket, cancellationToken)}", ticket.ExpiresAt);
    }
}

internal static class CreateArchiveEndpoint
{
    public static void MapCreateArchive(this IEndpointRouteBuilder routes) => routes
        .MapPost("/archives", async (Caller caller, ArchiveRequest body, IMediator mediator, CancellationToken cancel) =>
        {
            var archive = await mediator.Send(new CreateArchive(caller, body.Documents, body.Library, TextRules.Folder(body.Folder)), cancel);
            return TypedResults.Created(archive.Url, archive);
        })
        .Produces<ArchiveResponse>(201).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(413)
        .WithName("CreateArchive").WithSummary("Asks for a zip file of the newest versions of documents, or of a folder with all below it.")
        .WithDescription("The answer has an address that the same person can fetch the file from for 10 minutes, as often as needed.");
}

/// <summary>What an archive should have.</summary>
/// <param name="Documents">These documents; or:</param>
/// <param name="Library"><c>personal</c>, <c>shared</c> or an id.</param>
/// <param name="Folder">A folder of the library, with all below it; default: the whole library.</param>
internal sealed record ArchiveRequest(IReadOnlyList<Guid>? Documents = null, string? Library = null, string? Folder = null);

/// <summary>Where an archive is to be had.</summary>
/// <param name="Url">For GET.</param>
/// <param name="ExpiresAt">Until when.</param>
internal sealed record ArchiveResponse(string Url, DateTimeOffset ExpiresAt);
