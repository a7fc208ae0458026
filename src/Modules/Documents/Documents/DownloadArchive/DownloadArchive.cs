using Kilo.BuildingBlocks.Content;
using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Http;
using Kilo.Documents.Archives;
using Kilo.Documents.RecordDownloads;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Kilo.Documents.DownloadArchive;

/// <summary>What an archive has, for the one who asked for it, by the rights of now.</summary>
internal sealed record DownloadArchive(Caller Caller, string Ticket) : IQuery<ArchiveTicket>;

internal sealed class DownloadArchiveHandler(ArchiveReader archives, ArchiveTickets tickets) : IRequestHandler<DownloadArchive, ArchiveTicket>
{
    public async Task<ArchiveTicket> Handle(DownloadArchive request, CancellationToken cancellationToken)
    {
        var ticket = await tickets.FindAsync(request.Caller, request.Ticket, cancellationToken);
        await archives.CheckAsync(request.Caller, ticket, cancellationToken);
        return ticket;
    }
}

internal static class DownloadArchiveEndpoint
{
    public static void MapDownloadArchive(this IEndpointRouteBuilder routes) => routes
        .MapGet("/archives/{ticket}", async (Caller caller, string ticket, ArchiveReader archives, IContentStore contents, DownloadRecorder recorder, IMediator mediator, CancellationToken cancel) =>
        {
            var found = await mediator.Send(new DownloadArchive(caller, ticket), cancel);
            return new ArchiveResult(NameOf(found), archives.ReadAsync(caller, found, cancel), contents, recorder, caller.UserId);
        })
        .Produces(200, contentType: "application/zip").ProducesProblem(404).ProducesProblem(409)
        .WithName("DownloadArchive").WithSummary("The zip file.")
        .WithDescription("Written while it is sent, with entries under their folders' paths. When something fails in the middle, the connection is cut: the file is not whole then.");

    private static string NameOf(ArchiveTicket ticket) => string.IsNullOrEmpty(ticket.Folder) ? "documents.zip" : ticket.Folder.Split('/')[^1] + ".zip";
}
