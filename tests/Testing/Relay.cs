using System.Net;
using System.Net.Sockets;

namespace Kilo.Testing;

/// <summary>
/// A port of this machine in front of a server's, and the cable between them, which a test can cut or leave dead. Until it is
/// <see cref="Start">started</see> nobody answers there.
/// </summary>
public sealed class Relay : IDisposable
{
    private readonly string _host;
    private readonly int _port;
    private readonly TcpListener _listener;
    private readonly HashSet<Socket> _open = [];
    private readonly CancellationTokenSource _stop = new();
    private long _cutAfter = long.MaxValue;
    private volatile bool _isDead;

    /// <param name="host">The server's address.</param>
    /// <param name="port">The server's port.</param>
    public Relay(string host, int port)
    {
        (_host, _port, _listener) = (host, port, new TcpListener(IPAddress.Loopback, 0));
        // Taken, so that nobody else gets it, and given back.
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _listener.Stop();
    }

    /// <summary>The port here.</summary>
    public int Port { get; }

    /// <summary>From now on the server can be reached.</summary>
    public void Start()
    {
        var listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Start();
        _stop.Token.Register(listener.Stop);
        _ = AcceptAsync(listener);
    }

    /// <summary>Every connection ends now; new ones are fine.</summary>
    public void Cut()
    {
        lock (_open)
        {
            foreach (var socket in _open)
            {
                // A reset, as when a machine vanishes and another answers for it.
                socket.Close(timeout: 0);
            }
            _open.Clear();
        }
    }

    /// <summary>Every connection ends once so many more bytes have gone to the server.</summary>
    public void CutAfter(long bytes) => Interlocked.Exchange(ref _cutAfter, bytes);

    /// <summary>Nothing passes in either direction, and nobody is told: a half-open connection.</summary>
    public bool IsDead
    {
        get => _isDead;
        set => _isDead = value;
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                _ = ConnectAsync(await listener.AcceptSocketAsync(_stop.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ConnectAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        lock (_open)
        {
            _open.Add(client);
            _open.Add(server);
        }
        try
        {
            await server.ConnectAsync(_host, _port, _stop.Token);
            await Task.WhenAny(PassAsync(client, server, counted: true), PassAsync(server, client, counted: false));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One end is gone: so is the other.
        }
        lock (_open)
        {
            _open.Remove(client);
            _open.Remove(server);
            client.Dispose();
            server.Dispose();
        }
    }

    private async Task PassAsync(Socket from, Socket to, bool counted)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReceiveAsync(buffer, _stop.Token) is > 0 and var read)
        {
            while (_isDead)
            {
                await Task.Delay(10, _stop.Token);
            }
            if (counted && Volatile.Read(ref _cutAfter) != long.MaxValue && Interlocked.Add(ref _cutAfter, -read) < 0)
            {
                CutAfter(long.MaxValue);
                Cut();
                return;
            }
            for (var sent = 0; sent < read;)
            {
                sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), _stop.Token);
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _stop.Cancel();
        Cut();
        _stop.Dispose();
        _listener.Dispose();
    }
}
