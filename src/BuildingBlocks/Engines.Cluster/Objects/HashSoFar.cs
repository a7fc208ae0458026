using System.Security.Cryptography;
using Kilo.BuildingBlocks.Content;

namespace Kilo.Engines.Cluster.Objects;

/// <summary>The SHA-256 of the first bytes of a blob, to go on with.</summary>
internal sealed class HashSoFar(string blob) : IDisposable
{
    private IncrementalHash _sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public string Blob => blob;

    public long Length { get; private set; }

    public long Used { get; set; }

    public ContentHash Current => ContentHash.Of(_sha.GetCurrentHash());

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _sha.AppendData(bytes);
        Length += bytes.Length;
    }

    /// <summary>The same so far, to try something.</summary>
    public HashSoFar Copy() => new(blob) { _sha = _sha.Clone(), Length = Length };

    public void Dispose() => _sha.Dispose();
}
