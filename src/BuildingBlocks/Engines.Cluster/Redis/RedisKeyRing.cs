using System.Xml.Linq;
using Kilo.BuildingBlocks.Http;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Kilo.Engines.Cluster.Redis;

/// <summary>
/// The keys that sessions are encrypted with, for every process of the portal. Sessions end with them: a Redis that is to keep people signed in
/// when it starts again has to store what it holds (<c>appendonly yes</c>).
/// </summary>
internal sealed class RedisKeyRing(RedisServer server, TimeProvider time) : IXmlRepository
{
    private const string List = "kilo:keys";

    // A key only while its maker has seen all keys: where another process made its first key at the same moment, that one serves both, and whoever
    // makes a key reads all of them again afterwards. Two first keys would mean that each process takes the other's sessions for forged.
    private const string Store = """
        if ARGV[2] ~= '' then
            for _, xml in ipairs(redis.call('LRANGE', KEYS[1], ARGV[2], -1)) do
                if string.sub(xml, 1, 5) == '<key ' then
                    return 0
                end
            end
        end
        return redis.call('RPUSH', KEYS[1], ARGV[1])
        """;

    // Callers are waited for one after the other: what was refused a moment ago is refused to the next ones at once.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private sealed record Refusal(long At, Exception Why);

    private long _seen;
    private volatile Refusal? _refused;

    public IReadOnlyCollection<XElement> GetAllElements() => Guard(() =>
    {
        var elements = server.Run(redis => redis.ListRange(List));
        Volatile.Write(ref _seen, elements.Length);
        return Array.ConvertAll(elements, e => XElement.Parse(e.ToString()));
    });

    public void StoreElement(XElement element, string friendlyName) => Guard(() => server.Run(redis => redis.ScriptEvaluate(Store, [List],
        [element.ToString(SaveOptions.DisableFormatting), element.Name.LocalName == "key" ? Volatile.Read(ref _seen) : ""])));

    private TResult Guard<TResult>(Func<TResult> work)
    {
        if (_refused is var (at, why) && time.GetElapsedTime(at) < Pause)
        {
            throw new SessionsUnavailableException(why.Message, why);
        }
        try
        {
            return work();
        }
        catch (SessionsUnavailableException e)
        {
            _refused = new Refusal(time.GetTimestamp(), e);
            throw;
        }
    }
}
