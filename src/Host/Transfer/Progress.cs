using System.Globalization;
using System.Text;

namespace Kilo.Host.Transfer;

/// <summary>
/// Says on standard error how far a command is: on a terminal as a line that changes, elsewhere as a line when something begins and every 5 s. Its result goes to standard output
/// and is not mixed with it.
/// </summary>
internal sealed class Progress : IDisposable
{
    private const int BarLength = 24;

    // What opening a content costs, as if it were bytes: makes many small ones count.
    private const long ByteWorthOfOne = 16 * 1024;

    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB"];

    private readonly bool _onTerminal = !Console.IsErrorRedirected;
    private readonly Lock _lock = new();
    private readonly Timer _timer;
    private string? _stage;
    private (long Events, long Contents, long Bytes) _whole;
    private long _events, _contents, _bytes, _began;
    private int _shown;

    public Progress()
    {
        var interval = _onTerminal ? TimeSpan.FromMilliseconds(200) : TimeSpan.FromSeconds(5);
        _timer = new Timer(_ => Show(), null, interval, interval);
    }

    /// <summary>Something begins, of about this size.</summary>
    public void Begin(string stage, long events = 0, long contents = 0, long bytes = 0)
    {
        lock (_lock)
        {
            Clear();
            (_stage, _whole, _began) = (stage, (events, contents, bytes), TimeProvider.System.GetTimestamp());
            _events = _contents = _bytes = 0;
        }
        if (!_onTerminal)
        {
            Show();
        }
    }

    public void Event() => Interlocked.Increment(ref _events);

    /// <summary>So many events are done, of what are so many by now.</summary>
    public void Events(long done, long whole)
    {
        lock (_lock)
        {
            (_events, _whole.Events) = (done, whole);
        }
    }

    public void Content() => Interlocked.Increment(ref _contents);

    public void Bytes(long count) => Interlocked.Add(ref _bytes, count);

    /// <summary>A sentence that stays.</summary>
    public void Say(string line)
    {
        lock (_lock)
        {
            Clear();
            Console.Error.WriteLine(line);
        }
    }

    /// <summary><c>1.5 MB</c>.</summary>
    public static string Size(long bytes)
    {
        var (size, unit) = ((double)bytes, 0);
        while (size >= 999.5 && unit < Units.Length - 1)
        {
            (size, unit) = (size / 1000, unit + 1);
        }
        return string.Create(CultureInfo.InvariantCulture, $"{(unit == 0 || size >= 99.5 ? Math.Round(size) : Math.Round(size, 1))} {Units[unit]}");
    }

    /// <summary><c>1,234 events</c>.</summary>
    public static string Count(long count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? what.TrimEnd('s') : what)}");

    private void Show()
    {
        lock (_lock)
        {
            if (_stage is null)
            {
                return;
            }
            var line = Line();
            if (_onTerminal)
            {
                Clear();
                Console.Error.Write(line);
                _shown = line.Length;
            }
            else
            {
                Console.Error.WriteLine(line);
            }
        }
    }

    private string Line()
    {
        var (events, contents, bytes) = (Interlocked.Read(ref _events), Interlocked.Read(ref _contents), Interlocked.Read(ref _bytes));
        var line = new StringBuilder(_stage);
        var whole = (double)(_whole.Events + _whole.Bytes + (_whole.Contents * ByteWorthOfOne));
        if (whole > 0)
        {
            var done = Math.Min(1, (events + bytes + (contents * ByteWorthOfOne)) / whole);
            line.Append(CultureInfo.InvariantCulture, $" [{new string('#', (int)(done * BarLength)).PadRight(BarLength, '.')}] {done,4:P0}");
            var elapsed = TimeProvider.System.GetElapsedTime(_began);
            if (done > 0.001 && elapsed > TimeSpan.FromSeconds(1))
            {
                line.Append(CultureInfo.InvariantCulture, $", {Duration(elapsed / done * (1 - done))} left");
            }
        }
        if (_whole.Events > 0)
        {
            line.Append(CultureInfo.InvariantCulture, $", {events:N0} of {_whole.Events:N0} events");
        }
        if (_whole.Contents > 0)
        {
            line.Append(CultureInfo.InvariantCulture, $", {contents:N0} of {_whole.Contents:N0} contents, {Size(bytes)} of {Size(_whole.Bytes)}");
        }
        return line.ToString();
    }

    private static string Duration(TimeSpan time) => time.ToString(time.Days > 0 ? @"d\.hh\:mm\:ss" : time.Hours > 0 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);

    private void Clear()
    {
        if (_shown > 0)
        {
            Console.Error.Write($"\r{new string(' ', _shown)}\r");
            _shown = 0;
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_lock)
        {
            Clear();
            _stage = null;
        }
    }
}
