using Kilo.BuildingBlocks.Content;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Views;
using Kilo.Engines.Embedded;
using Microsoft.Extensions.Caching.Distributed;

namespace Kilo.Engines.Tests;

/// <summary>Each embedded engine in a temporary directory of its own.</summary>
internal static class Embedded
{
    public static EmbeddedStorage<IEventLog> Log() => new(TimeProvider.System, (services, data) => services.AddEmbeddedLog(data));

    public static EmbeddedStorage<IViewStores> Views() => new(TimeProvider.System, (services, data) => services.AddEmbeddedLog(data).AddEmbeddedViews(data));

    public static EmbeddedStorage<IContentStore> Content(TimeProvider time) => new(time, (services, data) => services.AddEmbeddedContent(data));

    public static EmbeddedStorage<IDistributedCache> Cache(TimeProvider time) => new(time, (services, data) => services.AddEmbeddedCache(data));
}
