using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Kilo.BuildingBlocks.Views;

namespace Kilo.Engines.Cluster.Cassandra;

/// <summary>A batch's rows as bytes, so that whoever comes after a crash can finish writing them.</summary>
internal static class RedoRecord
{
    public static ReadOnlyMemory<byte> Write(IReadOnlyCollection<RowChange> rows)
    {
        var bytes = new ArrayBufferWriter<byte>();
        foreach (var (key, body, stamp) in rows)
        {
            Text(bytes, key.Table);
            Text(bytes, key.Partition);
            Text(bytes, key.Sort);
            BinaryPrimitives.WriteInt64LittleEndian(bytes.GetSpan(sizeof(long)), stamp);
            bytes.Advance(sizeof(long));
            Length(bytes, body?.Length ?? -1);
            bytes.Write((body ?? default).Span);
        }
        return bytes.WrittenMemory;
    }

    public static List<RowChange> Read(ReadOnlyMemory<byte> bytes)
    {
        var rows = new List<RowChange>();
        while (!bytes.IsEmpty)
        {
            var key = new RowKey(Text(ref bytes), Text(ref bytes), Text(ref bytes));
            var stamp = BinaryPrimitives.ReadInt64LittleEndian(Take(ref bytes, sizeof(long)).Span);
            var length = Length(ref bytes);
            rows.Add(new RowChange(key, length < 0 ? default(ReadOnlyMemory<byte>?) : Take(ref bytes, length), stamp));
        }
        return rows;
    }

    private static void Text(ArrayBufferWriter<byte> bytes, string text)
    {
        Length(bytes, Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, bytes);
    }

    private static string Text(ref ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(Take(ref bytes, Length(ref bytes)).Span);

    private static void Length(ArrayBufferWriter<byte> bytes, int length)
    {
        BinaryPrimitives.WriteInt32LittleEndian(bytes.GetSpan(sizeof(int)), length);
        bytes.Advance(sizeof(int));
    }

    private static int Length(ref ReadOnlyMemory<byte> bytes) => BinaryPrimitives.ReadInt32LittleEndian(Take(ref bytes, sizeof(int)).Span);

    private static ReadOnlyMemory<byte> Take(ref ReadOnlyMemory<byte> bytes, int length)
    {
        var taken = bytes[..length];
        bytes = bytes[length..];
        return taken;
    }
}
