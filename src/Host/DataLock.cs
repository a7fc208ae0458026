using Kilo.BuildingBlocks.Modules;

namespace Kilo.Host;

/// <summary>
/// Says that a data directory is in use: by any number of processes that work with it, or by one that needs it to itself. The operating system lets go of it
/// when the process ends, however that comes.
/// </summary>
internal sealed class DataLock : IDisposable
{
    private readonly FileStream _file;

    private DataLock(string directory, FileShare share)
    {
        // On Unix .NET makes these a shared and an exclusive flock.
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = share == FileShare.None ? FileAccess.ReadWrite : FileAccess.Read, Share = share };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        _file = new FileStream(Path.Combine(directory, "lock"), options);
    }

    /// <summary>For a process that works with the directory beside others.</summary>
    /// <exception cref="StartRefusedException">Somebody has it to itself.</exception>
    public static DataLock Share(string directory) => Lock(directory, FileShare.Read, $"{directory} is being filled, moved or backed up into by another Kilo process. Wait for its end.");

    /// <summary>For a process that needs the directory to itself.</summary>
    /// <exception cref="StartRefusedException">Somebody works with it.</exception>
    public static DataLock Take(string directory) => Lock(directory, FileShare.None, $"A Kilo process uses {directory}. Stop it first.");

    private static DataLock Lock(string directory, FileShare share, string refusal)
    {
        try
        {
            return new DataLock(directory, share);
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException))
        {
            throw new StartRefusedException(refusal);
        }
        catch (UnauthorizedAccessException)
        {
            throw new StartRefusedException($"{Environment.UserName} cannot write to {directory}.");
        }
    }

    public void Dispose() => _file.Dispose();
}
