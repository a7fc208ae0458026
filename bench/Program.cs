using System.Runtime.InteropServices;
using Kilo.Bench;

BenchOptions options;
try
{
    options = BenchOptions.Parse(args);
}
catch (ArgumentException e)
{
    Console.Error.WriteLine($"{e.Message}{Environment.NewLine}{Environment.NewLine}{BenchOptions.Usage}");
    return 2;
}

using var stop = new CancellationTokenSource();
void Stop(PosixSignalContext signal)
{
    // The run ends by itself, so that its servers are stopped and its directories deleted.
    signal.Cancel = true;
    stop.Cancel();
}
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);

var report = await new BenchRun(options, stop.Token).RunAsync();
report.Print(Console.Out);
if (options.Json is not null)
{
    await report.WriteAsync(options.Json, CancellationToken.None);
}
return stop.IsCancellationRequested ? 130 : report.Failures.Count > 0 ? 1 : 0;
