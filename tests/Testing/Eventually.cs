using System.Diagnostics;
using System.Globalization;
using Xunit.Sdk;

namespace Kilo.Testing;

/// <summary>Waits for a named condition instead of for some time, and says what it waited for when that never came.</summary>
public static class Eventually
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <summary>Returns when the condition holds. A condition that throws does not hold yet.</summary>
    /// <param name="what">What is waited for, as the end of "Waited 30 s in vain for …".</param>
    /// <param name="condition">Asked again and again.</param>
    /// <param name="timeout">Default 30 s.</param>
    /// <exception cref="XunitException">It did not hold in time.</exception>
    public static async Task Async(string what, Func<Task<bool>> condition, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var longest = timeout ?? Longest;
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            Exception? failure = null;
            try
            {
                // Bounded, so that a condition that hangs is named as well.
                if (await condition().WaitAsync(longest))
                {
                    return;
                }
            }
            catch (Exception e)
            {
                failure = e;
            }
            if (Stopwatch.GetElapsedTime(started) >= longest)
            {
                throw InVain(what, longest, failure);
            }
            await Task.Delay(Interval);
        }
    }

    /// <inheritdoc cref="Async(string, Func{Task{bool}}, TimeSpan?)" />
    public static Task Async(string what, Func<bool> condition, TimeSpan? timeout = null) =>
        Async(what, () => Task.FromResult(condition()), timeout);

    /// <summary>Returns when the task has ended, with its outcome.</summary>
    /// <param name="what">What is waited for, as the end of "Waited 30 s in vain for …".</param>
    /// <param name="task">It goes on when the time runs out.</param>
    /// <param name="timeout">Default 30 s.</param>
    /// <exception cref="XunitException">It did not end in time.</exception>
    public static async Task Ends(string what, Task task, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(task);
        var longest = timeout ?? Longest;
        if (await Task.WhenAny(task, Task.Delay(longest)) != task)
        {
            throw InVain(what, longest, null);
        }
        await task;
    }

    private static XunitException InVain(string what, TimeSpan longest, Exception? failure) =>
        new(string.Create(CultureInfo.InvariantCulture, $"Waited {longest.TotalSeconds:0.###} s in vain for {what}."), failure);
}
