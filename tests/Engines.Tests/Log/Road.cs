using System.Net;
using System.Net.Sockets;

namespace Kilo.Engines.Tests.Log;

/// <summary>A port that leads to a server, once it is opened: until then, nobody listens there.</summary>
internal sealed class Road : IDisposable
{
    private readonly string _to;
    private readonly int _port;
    private TcpListener? _listener;

    public Road(string to)
    {
        _to = to;
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        _port = ((IPEndPoint)free.LocalEndpoint).Port;
    }

    public string Address => $"127.0.0.1:{_port}";

    public void Open()
    {
        var listener = _listener = new TcpListener(IPAddress.Loopback, _port);
        listener.Start();
        _ = Task.Run(async () =>
        {
            while (true)
            {
                _ = LeadAsync(await listener.AcceptTcpClientAsync());
            }
        });
    }

    private async Task LeadAsync(TcpClient here)
    {
        using (here)
        using (var there = new TcpClient())
        {
            var colon = _to.LastIndexOf(':');
            await there.ConnectAsync(_to[..colon], int.Parse(_to[(colon + 1)..], null));
            await Task.WhenAny(here.GetStream().CopyToAsync(there.GetStream()), there.GetStream().CopyToAsync(here.GetStream()));
        }
    }

    public void Dispose() => _listener?.Dispose();
}
