using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Kilo.Bench.Http;

namespace Kilo.Bench.Report;

/// <summary>What the bare machine does without any server.</summary>
/// <param name="SyncsPerSecond">Appends of one small file's size, each followed by fsync, one at a time.</param>
/// <param name="DiskMBs">1 GiB written in blocks of 1 MiB and synced once, in MB/s.</param>
/// <param name="LoopbackMBs">1 GiB sent in blocks of 1 MiB from one thread to another over TCP on loopback, in MB/s.</param>
internal sealed record RawSpeed(double SyncsPerSecond, double DiskMBs, double LoopbackMBs)
{
    /// <summary>Bytes per second to MB/s (10⁶).</summary>
    public static double MBs(long bytes, TimeSpan time) => bytes / 1e6 / time.TotalSeconds;

    /// <summary>Measures it in an existing directory; takes a few seconds.</summary>
    public static async Task<RawSpeed> MeasureAsync(string directory)
    {
        var path = Path.Combine(directory, "raw-speed");
        try
        {
            // The first round touches memory and disk for the first time; the second counts.
            Disk(path);
            var disk = Disk(path);
            await LoopbackAsync();
            return new RawSpeed(Syncs(path), disk, await LoopbackAsync());
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static double Syncs(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = SmallUpload.Content(0, 0);
        var (started, syncs) = (Stopwatch.GetTimestamp(), 0);
        TimeSpan elapsed;
        while ((elapsed = Stopwatch.GetElapsedTime(started)) < TimeSpan.FromSeconds(2))
        {
            file.Write(block);
            file.Flush(flushToDisk: true);
            syncs++;
        }
        return syncs / elapsed.TotalSeconds;
    }

    private static double Disk(string path)
    {
        File.Delete(path);
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[LargeFile.BlockBytes];
        new Random(1).NextBytes(block);
        var started = Stopwatch.GetTimestamp();
        for (long written = 0; written < LargeFile.Bytes; written += block.Length)
        {
            file.Write(block);
        }
        file.Flush(flushToDisk: true);
        return MBs(LargeFile.Bytes, Stopwatch.GetElapsedTime(started));
    }

    private static async Task<double> LoopbackAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var sender = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await sender.ConnectAsync(listener.LocalEndpoint);
        using var receiver = await listener.AcceptSocketAsync();
        // Accepted asynchronously it would stay non-blocking, and pay for a thread hop per read.
        receiver.Blocking = true;
        var started = Stopwatch.GetTimestamp();
        var sending = Task.Factory.StartNew(() =>
        {
            var block = new byte[LargeFile.BlockBytes];
            for (long sent = 0; sent < LargeFile.Bytes; sent += block.Length)
            {
                sender.Send(block);
            }
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var buffer = new byte[LargeFile.BlockBytes];
        for (long received = 0; received < LargeFile.Bytes;)
        {
            received += receiver.Receive(buffer);
        }
        await sending;
        return MBs(LargeFile.Bytes, Stopwatch.GetElapsedTime(started));
    }
}
