using System.Security.Cryptography;
using System.Text;

namespace Kilo.BuildingBlocks.Events;

/// <summary>Where identities come from.</summary>
public sealed class Ids(TimeProvider time)
{
    /// <summary>A new identity, ordered by time (UUID version 7), so that new keys land beside each other in every index.</summary>
    public Guid New() => Guid.CreateVersion7(time.GetUtcNow());

    /// <summary>The same identity for the same words, always (UUID version 8, RFC 9562, over SHA-256).</summary>
    public static Guid From(params ReadOnlySpan<string> words)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var word in words)
        {
            sha.AppendData(Encoding.UTF8.GetBytes(word));
            sha.AppendData([0]);
        }
        Span<byte> hash = stackalloc byte[32];
        sha.GetHashAndReset(hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }

    /// <summary>True for an identity made by <see cref="From"/>: only such an event id can come to the log twice from two requests.</summary>
    public static bool MayRepeat(Guid id) => id.Version == 8;
}
