using Kilo.Bench.Http;

namespace Kilo.Bench.Load;

/// <summary>
/// Makes the machine's memory ready for large files. A virtual machine gets its memory from its host a page at a time, when it is first
/// touched, which takes some ten times as long as writing the page: that would measure the host. Pages of a file that was just deleted are handed out again.
/// </summary>
internal static class PageCache
{
    private const long Bytes = LargeFile.Bytes * 3 / 2;

    /// <summary>Writes a scratch file somewhat larger than the next upload, and deletes it.</summary>
    public static void Recycle(string directory)
    {
        var path = Path.Combine(directory, "page-cache");
        try
        {
            using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            var block = new byte[LargeFile.BlockBytes];
            for (long written = 0; written < Bytes; written += block.Length)
            {
                file.Write(block);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }
}
