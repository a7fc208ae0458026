using Kilo.BuildingBlocks.Modules;
using Kilo.Host;
using Kilo.Host.Commands;
using Microsoft.AspNetCore.Connections;

try
{
    if (await Command.TryRunAsync(args) is { } outcome)
    {
        return outcome;
    }
    await using var app = KiloHost.Build(HostSettings.ReadCommandLine(args));
    try
    {
        await app.StartAsync();
    }
    catch
    {
        // What has started already stops like at any other end, instead of being torn down under its own feet.
        await app.StopAsync();
        throw;
    }
    await app.WaitForShutdownAsync();
    // Work that failed has stopped the process by itself: whoever started it should see that it did not end well.
    return app.Services.GetServices<IHostedService>().OfType<BackgroundService>().Any(work => work.ExecuteTask is { IsFaulted: true }) ? 1 : 0;
}
catch (StartRefusedException refused)
{
    return Refuse(refused.Message);
}
catch (IOException taken) when (taken.InnerException is AddressInUseException)
{
    return Refuse($"{taken.Message} Choose another port with --port.");
}

static int Refuse(string why)
{
    Console.Error.WriteLine(why);
    return 2;
}
