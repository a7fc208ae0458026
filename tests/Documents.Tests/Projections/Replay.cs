using Kilo.BuildingBlocks.Content;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Log;
using Kilo.BuildingBlocks.Views;
using Kilo.Testing.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Kilo.Testing.Projections;

/// <summary>How the log of one server comes to another.</summary>
public enum Reading
{
    /// <summary>As it is, in large batches.</summary>
    InBatches,

    /// <summary>Each event as a batch of its own.</summary>
    OneByOne,
}

/// <summary>A second server over the log and the contents of a first one.</summary>
internal static class Replay
{
    // The first read waits for the whole log to be folded.
    private static readonly Dictionary<string, string?> Patient = new() { ["Kilo:Http:Wait"] = "00:01:00" };

    /// <summary>With views of its own, empty: it folds everything from 0.</summary>
    public static async Task<KiloServer> From0Async(KiloServer first, Func<IEventLog, IEventLog> read) =>
        await KiloServer.StartAsync(Patient, services => Share(services, first, read(first.Log)));

    /// <summary>With the first one's views: everything comes to them a second time. Returns when it has.</summary>
    public static async Task<KiloServer> AgainAsync(KiloServer first, Func<IEventLog, IEventLog> read, params (string Module, Topic Topic)[] folds)
    {
        var views = new Redelivery(first.Services.GetRequiredService<IViewStores>());
        var second = await KiloServer.StartAsync(Patient, services =>
        {
            Share(services, first, read(first.Log));
            services.RemoveAll<IViewStores>().AddSingleton<IViewStores>(views);
        });
        try
        {
            foreach (var (module, topic) in folds)
            {
                await views.DeliveredAsync(module, topic, first.Log);
            }
            return second;
        }
        catch
        {
            await second.DisposeAsync();
            throw;
        }
    }

    public static Func<IEventLog, IEventLog> As(Reading reading) => log => new AtATime(log, reading == Reading.InBatches ? int.MaxValue : 1);

    /// <summary>What a server answers to each of these addresses, for each of these people.</summary>
    public static async Task<Dictionary<string, string>> AnswersAsync(KiloServer server, IEnumerable<KiloClient> people, IReadOnlyCollection<string> paths, string position)
    {
        var answers = new Dictionary<string, string>();
        foreach (var person in people)
        {
            using var client = server.Anonymous.WithToken(person.Token!, person.UserId);
            foreach (var path in paths)
            {
                var answer = await client.GetAsync(path, ("Kilo-Wait-For", position));
                ((int)answer.Status).ShouldBeLessThan(500, answer.Text);
                // The entity tag of a document is where it stands on the log: the same in every fold. A trace id is of one request.
                answers[$"{person.UserId} {path}"] = (int)answer.Status >= 400 ? $"{answer.Status} {answer.ProblemCode}" : $"{answer.Header("ETag")} {answer.Text}";
            }
        }
        return answers;
    }

    private static void Share(IServiceCollection services, KiloServer first, IEventLog log)
    {
        services.RemoveAll<IEventLog>().AddSingleton(log);
        services.RemoveAll<IContentStore>().AddSingleton(first.Contents);
    }
}
