using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Kilo.Host.Transfer;

/// <summary>Files that only their owner may read, and that are on the disk when they should be.</summary>
internal static partial class Disk
{
    private const UnixFileMode OwnFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnDirectory = OwnFile | UnixFileMode.UserExecute;

    /// <summary>True where one call puts everything that was written on the disk; elsewhere each file must be synced by itself.</summary>
    public static bool SyncsAtOnce => OperatingSystem.IsLinux();

    /// <summary>With those above it that are not there.</summary>
    public static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else if (!Directory.Exists(path))
        {
            // The mode given to .NET is that of the last one only.
            CreateDirectory(Path.GetDirectoryName(path)!);
            Directory.CreateDirectory(path, OwnDirectory);
        }
    }

    /// <summary>A new file in place of any old one.</summary>
    public static FileStream Create(string path)
    {
        CreateDirectory(Path.GetDirectoryName(path)!);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnFile;
        }
        return new FileStream(path, options);
    }

    /// <summary>Writes a file that is there whole or not at all, and durable when this returns, but for the name of its directory.</summary>
    public static async Task WriteAsync(string path, ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        var temporary = path + ".tmp";
        await using (var file = Create(temporary))
        {
            await file.WriteAsync(bytes, cancel);
            file.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Returns when everything that was written to the file system of the directory is on the disk.</summary>
    public static void SyncAll(string directory)
    {
        if (!SyncsAtOnce)
        {
            return;
        }
        using var anyFile = new FileStream(Path.Combine(directory, ".sync"), FileMode.Create, FileAccess.Write, FileShare.None, 0, FileOptions.DeleteOnClose);
        if (SyncFileSystem(anyFile.SafeFileHandle) != 0)
        {
            throw new IOException($"The file system of {directory} could not be synced (errno {Marshal.GetLastPInvokeError()}).");
        }
    }

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    private static partial int SyncFileSystem(SafeFileHandle file);
}
