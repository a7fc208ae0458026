namespace Kilo.BuildingBlocks.Content;

/// <summary>A content's SHA-256.</summary>
/// <param name="Hex">64 lower-case hexadecimal digits.</param>
public readonly record struct ContentHash(string Hex)
{
    /// <summary>From 32 raw bytes.</summary>
    public static ContentHash Of(ReadOnlySpan<byte> sha256) => new(Convert.ToHexStringLower(sha256));

    /// <summary>The 32 raw bytes.</summary>
    public byte[] ToBytes() => Convert.FromHexString(Hex);

    /// <inheritdoc />
    public override string ToString() => Hex;
}
