using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Kilo.Engines.Embedded;

/// <summary>What .NET does not offer of the operating system's ways to get files onto the disk.</summary>
internal static partial class FileSync
{
    private const uint StartWriting = 2;

    /// <summary>Makes a rename durable: on Linux and macOS a directory is synced like a file; Windows does it by itself.</summary>
    public static void SyncDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        var descriptor = Open(directory, 0);
        if (descriptor < 0)
        {
            throw new IOException($"The directory could not be opened to sync it (errno {Marshal.GetLastPInvokeError()}).");
        }
        try
        {
            if (Fsync(descriptor) != 0)
            {
                throw new IOException($"The directory could not be synced (errno {Marshal.GetLastPInvokeError()}).");
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <summary>
    /// Asks Linux to start writing a stretch of a file, and does not wait: the fsync at the end then has little left to do.
    /// A hint; the fsync alone makes it durable.
    /// </summary>
    public static void WriteBehind(SafeFileHandle file, long offset, long count)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = SyncFileRange(file, offset, count, StartWriting);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "sync_file_range")]
    private static partial int SyncFileRange(SafeFileHandle file, long offset, long count, uint flags);
}
