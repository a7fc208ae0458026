using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Http;
using Kilo.BuildingBlocks.Modules;
using Kilo.BuildingBlocks.Pump;
using Kilo.BuildingBlocks.Relational;
using Kilo.BuildingBlocks.Views;
using Kilo.Documents.Contracts;
using Kilo.Reporting.AskSql;
using Kilo.Reporting.CancelSql;
using Kilo.Reporting.DropQuery;
using Kilo.Reporting.GetActivity;
using Kilo.Reporting.GetSchema;
using Kilo.Reporting.GetStorage;
using Kilo.Reporting.GetSummary;
using Kilo.Reporting.ListLibraries;
using Kilo.Reporting.ListPeople;
using Kilo.Reporting.ListQueries;
using Kilo.Reporting.ListRuns;
using Kilo.Reporting.ListTopDocuments;
using Kilo.Reporting.Model;
using Kilo.Reporting.People;
using Kilo.Reporting.Retention;
using Kilo.Reporting.Runs;
using Kilo.Reporting.SaveQuery;
using Kilo.Users.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Kilo.Reporting;

/// <summary>What happened in all of Kilo, as a relational model for people and for SQL.</summary>
public sealed class ReportingModule : IModule
{
    internal const string ModuleName = "reporting";

    /// <inheritdoc />
    public string Name => ModuleName;

    /// <inheritdoc />
    public IReadOnlyCollection<string> Tables { get; } = [.. ReportingModel.Model.Tables.Select(t => t.Name), TokenRow.Table.Name, AppliedRow.Table.Name];

    /// <inheritdoc />
    public RelationalModel Relations => ReportingModel.Model;

    /// <inheritdoc />
    public IReadOnlyList<Topic> Folds { get; } = [DocumentsTopics.Documents, UsersTopics.Users, DocumentsTopics.Downloads, ReportsTopic.Topic];

    // Nobody looks at a report that soon, and whoever uploads meanwhile needs the processor.
    /// <inheritdoc />
    public TimeSpan Pace { get; } = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc />
    public void AddEvents(EventCatalogue catalogue) => catalogue
        .Add(ReportsJson.Default.RunStarted)
        .Add(ReportsJson.Default.RunEnded)
        .Add(ReportsJson.Default.QuerySaved)
        .Add(ReportsJson.Default.QueryDropped);

    /// <inheritdoc />
    public void AddServices(IServiceCollection services) => services
        .AddSingleton(provider => provider.GetRequiredService<IConfiguration>().GetSection("Kilo:Reporting").Get<ReportingOptions>() ?? new ReportingOptions())
        .AddSingleton<RunningSql>()
        .AddSingleton<Pruner>()
        .AddKeyedScoped<IIdentitySource>(ModuleName, (provider, _) =>
            new PeopleIdentities(provider.GetRequiredKeyedService<ModuleViews>(ModuleName), provider.GetRequiredService<TimeProvider>()))
        .AddRequestHandlers(typeof(ReportingModule).Assembly);

    /// <inheritdoc />
    public void MapRest(IEndpointRouteBuilder routes)
    {
        var reports = routes.MapModule(ModuleName, "/api/reports").WithTags("Reports").RequireAuthorization(Roles.Admin);
        reports.MapGetSummary();
        reports.MapGetActivity();
        reports.MapGetStorage();
        reports.MapListPeople();
        reports.MapListLibraries();
        reports.MapListTopDocuments();
        reports.MapGetSchema();
        reports.MapAskSql();
        reports.MapCancelSql();
        reports.MapListQueries();
        reports.MapSaveQuery();
        reports.MapDropQuery();
        reports.MapListRuns();
        reports.MapGetRetention();
    }

    /// <inheritdoc />
    public void AddProjections(IServiceCollection services) => services
        .AddKeyedSingleton<Projection, DocumentsFold>(ModuleName)
        .AddKeyedSingleton<Projection, DownloadsFold>(ModuleName)
        .AddKeyedSingleton<Projection, UsersFold>(ModuleName)
        .AddKeyedSingleton<Projection, ReportsFold>(ModuleName)
        .AddSingleton<RunRecorder>()
        .AddHostedService(provider => provider.GetRequiredService<RunRecorder>())
        .AddSingleton<IReadinessCheck>(provider => provider.GetRequiredService<RunRecorder>());
}
