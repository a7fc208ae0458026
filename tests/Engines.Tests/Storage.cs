using Kilo.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Kilo.Engines.Tests;

/// <summary>
/// Where an engine keeps things, with what a contract suite may do to it. Each <see cref="Open"/> is an instance as another
/// process would have it. An engine that cannot keep a promise declares so here; the suite then skips that test, visibly.
/// </summary>
public abstract class Storage<TPort> : IAsyncDisposable
{
    /// <summary>True when everything acknowledged is still there after every process has ended.</summary>
    public abstract bool SurvivesReopening { get; }

    /// <summary>Another instance over the same storage.</summary>
    public abstract TPort Open();

    /// <summary>Every instance so far ends without a chance to finish anything; only what is stored now is left.</summary>
    public abstract void Crash();

    /// <summary>Files that belong to nothing that is visible; null when the engine has no such thing.</summary>
    public virtual IReadOnlyList<string>? LeftOvers => null;

    public abstract ValueTask DisposeAsync();

    public void MustSurviveReopening() => Skip.Unless(SurvivesReopening, "This engine keeps nothing beyond its process.");
}

/// <summary>An engine whose one instance is all there is.</summary>
public sealed class InMemoryStorage<TPort>(TPort only) : Storage<TPort>
{
    public override bool SurvivesReopening => false;

    public override TPort Open() => only;

    public override void Crash() => throw new NotSupportedException();

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>The embedded engines in a temporary directory.</summary>
public sealed class EmbeddedStorage<TPort>(TimeProvider time, Action<IServiceCollection, string> add) : Storage<TPort> where TPort : notnull
{
    private readonly DirectoryInfo _root = System.IO.Directory.CreateTempSubdirectory("kilo-engines-");
    private readonly List<ServiceProvider> _processes = [];
    private int _crashes;

    public override bool SurvivesReopening => true;

    /// <summary>The data directory.</summary>
    public string Directory => Path.Combine(_root.FullName, "after-crash-" + _crashes);

    public override IReadOnlyList<string> LeftOvers
    {
        get
        {
            var temporary = Path.Combine(Directory, "content", "tmp");
            return System.IO.Directory.Exists(temporary) ? System.IO.Directory.GetFiles(temporary) : [];
        }
    }

    public override TPort Open()
    {
        var services = new ServiceCollection().AddSingleton(time);
        add(services, Directory);
        var process = services.BuildServiceProvider();
        lock (_processes)
        {
            _processes.Add(process);
        }
        return process.GetRequiredService<TPort>();
    }

    /// <summary>Ends every instance in good order.</summary>
    public async Task CloseAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }
        _processes.Clear();
    }

    // What kill -9 leaves is what the files hold while nobody had time to close them: a copy of the directory, taken with all open.
    public override void Crash()
    {
        var from = Directory;
        _crashes++;
        if (!OperatingSystem.IsWindows())
        {
            // Also what is locked: locks end with their processes.
            using var copy = System.Diagnostics.Process.Start("cp", ["-R", from, Directory]);
            copy.WaitForExit();
            return;
        }
        foreach (var directory in System.IO.Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories).Prepend(from))
        {
            System.IO.Directory.CreateDirectory(Path.Combine(Directory, Path.GetRelativePath(from, directory)));
        }
        foreach (var file in System.IO.Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(Directory, Path.GetRelativePath(from, file)));
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _root.Delete(recursive: true);
    }
}
