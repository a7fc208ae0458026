using Kilo.BuildingBlocks.Cqrs;
using Kilo.BuildingBlocks.Events;
using MediatR;

namespace Kilo.Architecture.Tests.Reading;

// Never run: compiled, so that the reader is tested on what the compiler makes of such code.

internal static class FixtureTopic
{
    public static Topic Topic { get; } = new("kilo.fixture", "fixture", 1);
}

internal sealed record Direct(string Key) : IIntegrationEvent
{
    public static string EventName => "fixture.direct.v1";

    public static Topic Topic => FixtureTopic.Topic;
}

internal sealed record InClosure(string Key) : IIntegrationEvent
{
    public static string EventName => "fixture." + nameof(InClosure);

    public static Topic Topic => FixtureTopic.Topic;
}

internal record Loose(string Key, List<string> Tags) : IIntegrationEvent
{
    public static string EventName { get; } = string.Concat("fixture", ".loose.v1");

    public static Topic Topic => FixtureTopic.Topic;

    public int Count { get; set; }

    public int Fixed { get; init; }
}

internal sealed record Looser(string Key) : Loose(Key, []);

internal sealed class Appender(EventPublisher publisher)
{
    public async Task Awaited(CancellationToken cancel) => await publisher.AppendAsync(new Direct("a"), Guid.Empty, Guid.Empty, cancel);

    public Task Captured(string key, CancellationToken cancel) => Task.Run(async () =>
    {
        await Task.Yield();
        await publisher.AppendAsync(new InClosure(key), Guid.Empty, Guid.Empty, cancel);
    }, cancel);
}

/// <summary>Generic code in between: whoever names the event is the one who appends.</summary>
internal sealed class PassingOn(EventPublisher publisher)
{
    public async Task AppendTwice<TEvent>(TEvent fact, CancellationToken cancel) where TEvent : IIntegrationEvent
    {
        Func<Task> again = async () => await publisher.AppendAsync(fact, Guid.Empty, Guid.Empty, cancel);
        await publisher.AppendAsync(fact, Guid.Empty, Guid.Empty, cancel);
        await again();
    }
}

internal sealed class Indirect(PassingOn passingOn)
{
    public Task Append(CancellationToken cancel) => passingOn.AppendTwice(new Loose("a", []), cancel);
}

internal sealed record Ask(string What) : IQuery<string>;

internal abstract class Answering<TRequest> : IRequestHandler<TRequest, string> where TRequest : IRequest<string>
{
    public Task<string> Handle(TRequest request, CancellationToken cancellationToken) => Task.FromResult("");
}

internal sealed class AskHandler : Answering<Ask>;
