using Kilo.Host;

try
{
    await using var app = KiloHost.Build(args);
    await app.RunAsync();
    return 0;
}
catch (StartRefusedException refused)
{
    Console.Error.WriteLine(refused.Message);
    return 2;
}
