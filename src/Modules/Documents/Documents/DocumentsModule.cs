using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Http;
using Kilo.BuildingBlocks.Modules;
using Kilo.BuildingBlocks.Pump;
using Kilo.BuildingBlocks.Views;
using Kilo.Documents.AddDocument;
using Kilo.Documents.AddVersion;
using Kilo.Documents.AppendToUpload;
using Kilo.Documents.Archives;
using Kilo.Documents.ChangeDocument;
using Kilo.Documents.Contracts;
using Kilo.Documents.CountDocuments;
using Kilo.Documents.CreateArchive;
using Kilo.Documents.CreateUpload;
using Kilo.Documents.DownloadArchive;
using Kilo.Documents.DownloadContent;
using Kilo.Documents.DropUpload;
using Kilo.Documents.FindDocuments;
using Kilo.Documents.FollowChanges;
using Kilo.Documents.GetDocument;
using Kilo.Documents.GetTimeline;
using Kilo.Documents.GetUpload;
using Kilo.Documents.GetVersion;
using Kilo.Documents.ListActivity;
using Kilo.Documents.ListDocuments;
using Kilo.Documents.ListFolders;
using Kilo.Documents.ListVersions;
using Kilo.Documents.People;
using Kilo.Documents.PurgeDocument;
using Kilo.Documents.RecordDownloads;
using Kilo.Documents.RestoreDocument;
using Kilo.Documents.RestoreVersion;
using Kilo.Documents.SweepContent;
using Kilo.Documents.Uploads;
using Kilo.Documents.Views;
using Kilo.Users.Contracts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Kilo.Documents;

/// <summary>Documents and their versions.</summary>
public sealed class DocumentsModule : IModule
{
    internal const string ModuleName = "documents";

    /// <inheritdoc />
    public string Name => ModuleName;

    /// <inheritdoc />
    public IReadOnlyCollection<string> Tables { get; } =
    [
        DocumentPartition.Table, ListingView.Table.Name,
        TermsView.Table.Name, TermsView.Months.Name, CountView.Table.Name, FoldersView.Table.Name, PersonRow.Table.Name, TokenRow.Table.Name,
    ];

    /// <inheritdoc />
    public IReadOnlyList<Topic> Folds { get; } = [DocumentsTopics.Documents, UsersTopics.Users];

    /// <inheritdoc />
    public void AddEvents(EventCatalogue catalogue) => catalogue.AddDocumentsEvents();

    /// <inheritdoc />
    public void AddServices(IServiceCollection services) => services
        .AddSingleton(provider => provider.GetRequiredService<IConfiguration>().GetSection("Kilo:Documents").Get<DocumentsOptions>() ?? new DocumentsOptions())
        .AddScoped<DocumentsReader>()
        .AddScoped<VersionAppender>()
        .AddScoped<DocumentAppender>()
        .AddScoped<UploadStore>()
        .AddScoped<ArchiveReader>()
        .AddSingleton<ArchiveTickets>()
        .AddKeyedScoped<IIdentitySource>(ModuleName, (provider, _) =>
            new PeopleIdentities(provider.GetRequiredKeyedService<ModuleViews>(ModuleName), provider.GetRequiredService<TimeProvider>()))
        .AddRequestHandlers(typeof(DocumentsModule).Assembly);

    /// <inheritdoc />
    public void MapRest(IEndpointRouteBuilder routes)
    {
        var api = routes.MapModule(ModuleName, "/api").WithTags("Documents");
        api.MapAddDocument();
        api.MapListDocuments();
        api.MapCountDocuments();
        api.MapGetDocument();
        api.MapChangeDocument();
        api.MapDeleteDocument();
        api.MapRestoreDocument();
        api.MapAddVersion();
        api.MapListVersions();
        api.MapGetVersion();
        api.MapDownloadContent();
        api.MapRestoreVersion();
        api.MapGetTimeline();
        api.MapListFolders();
        api.MapListActivity();
        api.MapFollowChanges();
        var uploads = api.MapUploads();
        uploads.MapCreateUpload();
        uploads.MapAppendToUpload();
        uploads.MapGetUpload();
        uploads.MapDropUpload();
        api.MapCreateArchive();
        api.MapDownloadArchive();
    }

    /// <inheritdoc />
    public void AddRestWork(IServiceCollection services) => services
        .AddSingleton<DownloadRecorder>()
        .AddHostedService(provider => provider.GetRequiredService<DownloadRecorder>())
        .AddSingleton<ChangeFeed>()
        .AddHostedService(provider => provider.GetRequiredService<ChangeFeed>());

    /// <inheritdoc />
    public void AddProjections(IServiceCollection services) => services
        .AddKeyedSingleton<Projection, DocumentProjection>(ModuleName)
        .AddKeyedSingleton<Projection, PeopleProjection>(ModuleName)
        .AddHostedService<ContentSweep>();
}
