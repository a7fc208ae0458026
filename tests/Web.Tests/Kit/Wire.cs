using System.Net.Sockets;
using System.Text;
using Kilo.Testing.Http;

namespace Kilo.Web.Tests.Kit;

/// <summary>A connection on which the test writes and reads bytes itself.</summary>
internal sealed class Wire : IDisposable
{
    private readonly TcpClient _connection = new();
    private NetworkStream _stream = null!;

    public static async Task<Wire> ToAsync(KiloServer server)
    {
        var wire = new Wire();
        await wire._connection.ConnectAsync("localhost", server.Port);
        wire._stream = wire._connection.GetStream();
        return wire;
    }

    public ValueTask SendAsync(string text) => _stream.WriteAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Reads up to and with the empty line.</summary>
    public async Task<string> HeadAsync() => await UntilAsync("\r\n\r\n");

    /// <summary>Reads until the text has come.</summary>
    public async Task<string> UntilAsync(string end)
    {
        var (read, one) = (new StringBuilder(), new byte[1]);
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!read.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            if (await _stream.ReadAsync(one, bound.Token) == 0)
            {
                throw new EndOfStreamException($"The connection ended after '{read}'.");
            }
            read.Append((char)one[0]);
        }
        return read.ToString();
    }

    /// <summary>Reads what comes until the other side ends the connection, one way or the other.</summary>
    public async Task<string> ToEndAsync()
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var read = new MemoryStream();
        try
        {
            await _stream.CopyToAsync(read, bound.Token);
        }
        catch (IOException)
        {
            // Reset.
        }
        return Encoding.Latin1.GetString(read.ToArray());
    }

    /// <summary>Says that no more will be sent, and goes on listening.</summary>
    public void EndSending() => _connection.Client.Shutdown(SocketShutdown.Send);

    /// <summary>Goes away without a word.</summary>
    public void Reset()
    {
        _connection.LingerState = new LingerOption(true, 0);
        _connection.Dispose();
    }

    public void Dispose() => _connection.Dispose();
}
