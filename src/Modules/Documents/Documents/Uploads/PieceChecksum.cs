using System.Security.Cryptography;
using Kilo.BuildingBlocks.Content;
using Kilo.BuildingBlocks.Http;

namespace Kilo.Documents.Uploads;

/// <summary>What a piece's bytes must hash to.</summary>
internal sealed record PieceChecksum(HashAlgorithmName Algorithm, byte[] Expected)
{
    public const string Algorithms = "sha1,sha256";

    /// <summary>Reads <c>Upload-Checksum</c>: an algorithm, a blank and the hash in base64. Null without it.</summary>
    /// <exception cref="Problem">400.</exception>
    public static PieceChecksum? Read(string? header)
    {
        if (string.IsNullOrEmpty(header))
        {
            return null;
        }
        var hash = new byte[32];
        return header.Split(' ') switch
        {
            ["sha1", var text] when Convert.TryFromBase64String(text, hash, out var length) && length == 20 => new(HashAlgorithmName.SHA1, hash[..20]),
            ["sha256", var text] when Convert.TryFromBase64String(text, hash, out var length) && length == 32 => new(HashAlgorithmName.SHA256, hash),
            _ => throw new Problem(400, "invalid-checksum", $"Upload-Checksum must be one of {Algorithms}, a blank and the hash as base64."),
        };
    }
}

/// <summary>
/// A request's body as a piece of an upload: no longer than what is missing, and with the right checksum. What is wrong with it is thrown
/// where its end would be.
/// </summary>
internal sealed class PieceStream(Stream body, long missing, PieceChecksum? checksum) : ReadOnlyStream
{
    private readonly IncrementalHash? _hash = checksum is null ? null : IncrementalHash.CreateHash(checksum.Algorithm);
    private long _read;

    /// <summary>True when the body went on behind what was missing.</summary>
    public bool IsTooLong { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length == 0)
        {
            return 0;
        }
        if (_read == missing)
        {
            // One more byte tells whether the body ends here.
            IsTooLong = await body.ReadAsync(buffer[..1], cancellationToken) > 0;
            return IsTooLong ? throw TooLong(missing) : End();
        }
        var read = await body.ReadAsync(buffer[..(int)Math.Min(buffer.Length, missing - _read)], cancellationToken);
        _read += read;
        _hash?.AppendData(buffer.Span[..read]);
        return read > 0 ? read : End();
    }

    /// <summary>413: a body of more bytes than are missing.</summary>
    public static Problem TooLong(long missing) => new(413, "upload-too-long", $"The body has more bytes than the {missing} that are missing to the upload's length.");

    private int End() => _hash is null || _hash.GetHashAndReset().AsSpan().SequenceEqual(checksum!.Expected)
        ? 0
        : throw new Problem(460, "checksum-mismatch", "The piece does not have the checksum that Upload-Checksum says. It was dropped; send it again.");

    protected override void Dispose(bool disposing)
    {
        _hash?.Dispose();
        base.Dispose(disposing);
    }
}
