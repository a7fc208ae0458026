using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Kilo.SystemTests.Kit;
using Kilo.Testing;
using Kilo.Testing.Http;
using Shouldly;
using Xunit;

namespace Kilo.SystemTests.Start;

/// <summary>A process that cannot do what it was asked to says so in a sentence, and ends with code 2.</summary>
public sealed class RefusedStartTests : IDisposable
{
    private const int Refused = 2;

    private readonly DataDirectory _data = new();

    [Theory]
    [InlineData("--role janitor", "There is no role 'janitor'. Roles: all, rest, aggregator, bff.")]
    [InlineData("--role rest,janitor", "There is no role 'janitor'. Roles: all, rest, aggregator, bff.")]
    [InlineData("--port 80000", "'80000' is no port: 0 to 65535.")]
    [InlineData("--port eight", "'eight' is no port: 0 to 65535.")]
    [InlineData("--port -1", "'-1' is no port: 0 to 65535.")]
    public async Task A_value_that_is_not_valid_is_refused_with_those_that_are(string arguments, string sentence)
    {
        var said = await RefusedAsync(arguments);
        said.ShouldBe(sentence);
    }

    [Fact]
    public async Task An_unknown_module_is_refused_with_those_that_exist()
    {
        var said = await RefusedAsync("--modules documents,spreadsheets");
        said.ShouldStartWith("There is no module 'spreadsheets'. Modules: ");
        said.ShouldContain("documents");
        said.ShouldContain("users");
    }

    [Theory]
    [InlineData("--verbose yes")]
    [InlineData("--Port 8080")]
    [InlineData("rest")]
    [InlineData("--role")]
    [InlineData("--role=")]
    public async Task An_unknown_option_is_refused_with_those_that_exist(string arguments)
    {
        var said = await RefusedAsync(arguments);
        said.ShouldStartWith($"'{arguments.Split(' ', '=')[0]}' is no option, or its value is missing.");
        foreach (var option in new[] { "--port", "--data", "--role", "--modules" })
        {
            said.ShouldContain(option);
        }
    }

    [Theory]
    [InlineData("--role bff", "The portal needs the address of the documents REST API: set Kilo__Upstreams__Documents to http://host:port.")]
    [InlineData("--role bff --modules web", "The portal needs the address of the documents REST API: set Kilo__Upstreams__Documents to http://host:port.")]
    [InlineData("--role all --modules documents,web", "The portal needs the address of the users REST API: set Kilo__Upstreams__Users to http://host:port.")]
    [InlineData("--role bff --modules documents", "None of the modules documents has anything to do in the role bff.")]
    [InlineData("--role rest --modules web", "None of the modules web has anything to do in the role rest.")]
    [InlineData("--role rest,aggregator --modules web", "None of the modules web has anything to do in the role rest, aggregator.")]
    public async Task A_process_that_would_have_nothing_to_do_or_nobody_to_ask_is_refused(string arguments, string sentence)
    {
        var said = await RefusedAsync(arguments);
        said.ShouldBe(sentence);
    }

    [Theory]
    [InlineData("documents.example:8080")]
    [InlineData("ftp://documents.example")]
    [InlineData("/api")]
    [InlineData("")]
    public async Task An_address_that_is_none_is_refused_with_how_one_looks(string address)
    {
        await using var kilo = KiloProcess.Start(_data.Path, "--role bff", environment: new Dictionary<string, string?> { ["Kilo__Upstreams__Documents"] = address, ["Kilo__Upstreams__Users"] = "http://users.example" });

        (await kilo.EndedAsync()).ShouldBe(Refused, kilo.Output);
        kilo.Output.ShouldBe("The portal needs the address of the documents REST API: set Kilo__Upstreams__Documents to http://host:port.");
    }

    [SkippableFact]
    public async Task A_connection_string_for_an_engine_that_the_build_does_not_carry_is_refused()
    {
        await using var kilo = KiloProcess.Start(_data.Path, environment: new Dictionary<string, string?> { ["ConnectionStrings__Cassandra"] = "Contact Points=nowhere.invalid;Default Keyspace=kilo" });
        // The released build carries the engine and goes on to look for the cluster.
        await Eventually.Async("the process to end or to start", () => kilo.HasEnded || kilo.Output.Contains("engine", StringComparison.Ordinal), TimeSpan.FromSeconds(30));
        Skip.Unless(kilo.Output.Contains("this build", StringComparison.Ordinal) || kilo.HasEnded, "This build carries Cassandra.");
        (await kilo.EndedAsync()).ShouldBe(Refused);
        kilo.Output.ShouldContain("ConnectionStrings__Cassandra is set, but this build does not carry");
        ShouldBeForPeople(kilo.Output);
    }

    [Theory]
    [InlineData("elsewhere", "'elsewhere' is no choice for Kilo__Content.")]
    [InlineData("cassandra", "Kilo__Content is cassandra, so ConnectionStrings__Cassandra has to say where")]
    public async Task A_place_for_contents_that_is_none_is_refused(string content, string sentence)
    {
        await using var kilo = KiloProcess.Start(_data.Path, environment: new Dictionary<string, string?> { ["Kilo__Content"] = content });

        (await kilo.EndedAsync()).ShouldBe(Refused, kilo.Output);
        kilo.Output.ShouldStartWith(sentence);
        ShouldBeForPeople(kilo.Output);
    }

    [SkippableFact]
    public async Task Contents_on_the_disk_are_not_left_behind_for_a_cassandra_unless_somebody_says_so()
    {
        Directory.CreateDirectory(_data.File("content"));
        var environment = new Dictionary<string, string?> { ["ConnectionStrings__Cassandra"] = "Contact Points=127.0.0.1;Port=9;Default Keyspace=kilo" };
        await using (var kilo = KiloProcess.Start(_data.Path, environment: environment))
        {
            (await kilo.EndedAsync()).ShouldBe(Refused, kilo.Output);
            Skip.Unless(!kilo.Output.Contains("this build", StringComparison.Ordinal), "This build does not carry Cassandra.");
            kilo.Output.ShouldStartWith($"{_data.File("content")} has contents");
            ShouldBeForPeople(kilo.Output);
        }
        foreach (var (choice, engine) in new[] { ("files", "files, small ones packed"), ("cassandra", "Cassandra, in pieces") })
        {
            environment["Kilo__Content"] = choice;
            await using var kilo = KiloProcess.Start(_data.Path, environment: environment);
            await Eventually.Async("the engines to be said", () => kilo.Output.Contains($"content   {engine}", StringComparison.Ordinal), TimeSpan.FromSeconds(30));
        }
    }

    [Fact]
    public async Task A_data_directory_that_is_a_file_is_refused()
    {
        var file = _data.File("taken");
        await File.WriteAllTextAsync(file, "not a directory");
        await using var kilo = KiloProcess.Start(file);
        (await kilo.EndedAsync()).ShouldBe(Refused);
        kilo.Output.ShouldContain($"The data directory {file} cannot be created");
        ShouldBeForPeople(kilo.Output);
        (await File.ReadAllTextAsync(file)).ShouldBe("not a directory");
    }

    [SkippableFact, UnsupportedOSPlatform("windows")]
    public async Task A_data_directory_that_cannot_be_written_to_is_refused()
    {
        Skip.Unless(!OperatingSystem.IsWindows() && !Environment.IsPrivilegedProcess, "Permissions do not bind root.");
        const UnixFileMode Look = UnixFileMode.UserRead | UnixFileMode.UserExecute;
        foreach (var data in new[] { _data.File("mine"), _data.File("engines") })
        {
            // The whole directory, or what an engine kept there when it ran as somebody else.
            var closed = Directory.CreateDirectory(data.EndsWith("mine", StringComparison.Ordinal) ? data : Path.Combine(data, "content"));
            File.SetUnixFileMode(closed.FullName, Look);

            await using var kilo = KiloProcess.Start(data);

            (await kilo.EndedAsync()).ShouldBe(Refused, kilo.Output);
            kilo.Output.ShouldContain($"cannot write to {closed.FullName}. ");
            kilo.Output.ShouldContain("--data");
            ShouldBeForPeople(kilo.Output);
            File.SetUnixFileMode(closed.FullName, Look | UnixFileMode.UserWrite);
            closed.EnumerateFileSystemInfos().ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task A_port_that_is_taken_is_refused_with_a_sentence()
    {
        using var other = new TcpListener(IPAddress.IPv6Any, 0);
        other.Server.DualMode = true;
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        await using var kilo = KiloProcess.Start(_data.Path, port: port);

        (await kilo.EndedAsync()).ShouldBe(Refused);
        kilo.Output.ShouldContain($":{port}: address already in use");
        kilo.Output.ShouldContain("--port");
        ShouldBeForPeople(kilo.Output);
    }

    [Theory]
    [InlineData("changeme")]
    [InlineData("Password")]
    [InlineData("admin")]
    public async Task A_placeholder_as_the_administrators_password_is_refused(string placeholder)
    {
        await using var kilo = KiloProcess.Start(_data.Path, environment: new Dictionary<string, string?> { ["KILO_ADMIN_PASSWORD"] = placeholder });

        (await kilo.EndedAsync()).ShouldBe(Refused);
        kilo.Output.ShouldContain("KILO_ADMIN_PASSWORD is a placeholder.");
        ShouldBeForPeople(kilo.Output);
    }

    private async Task<string> RefusedAsync(string arguments)
    {
        await using var kilo = KiloProcess.Start(_data.Path, arguments);
        (await kilo.EndedAsync()).ShouldBe(Refused, kilo.Output);
        ShouldBeForPeople(kilo.Output);
        Directory.EnumerateFileSystemEntries(_data.Path).ShouldBeEmpty("A refused start should leave the data directory alone.");
        return kilo.Output;
    }

    private static void ShouldBeForPeople(string output)
    {
        output.ShouldNotContain("   at ");
        output.ShouldNotContain("Exception");
    }

    public void Dispose() => _data.Dispose();
}
