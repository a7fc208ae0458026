using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Kilo.SystemTests.Kit;
using Kilo.Testing;
using Kilo.Testing.Http;
using Shouldly;
using Xunit;

namespace Kilo.SystemTests.Start;

public sealed class FirstRunTests : IDisposable
{
    private static readonly Dictionary<string, string?> NobodyNamed = new() { ["KILO_ADMIN_EMAIL"] = null, ["KILO_ADMIN_PASSWORD"] = null };

    private readonly DataDirectory _data = new();

    [Fact]
    public async Task The_first_run_of_the_README_works_with_nothing_but_plain_HTTP()
    {
        await using var kilo = await KiloProcess.ReadyAsync(_data.Path);
        kilo.Output.ShouldContain($"Kilo is ready at http://localhost:{kilo.Port}");

        using var http = new HttpClient { BaseAddress = new Uri($"http://localhost:{kilo.Port}") };
        var signedIn = await http.PostAsJsonAsync("/api/login", new { email = KiloServer.AdminEmail, password = KiloServer.AdminPassword });
        signedIn.StatusCode.ShouldBe(HttpStatusCode.OK);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await JsonAsync(signedIn))["token"]!.GetValue<string>());

        var (first, second) = (Bytes.Of("the first version"), Bytes.Of("the second version"));
        var added = await http.PostAsync("/api/documents", new MultipartFormDataContent { { new ByteArrayContent(first), "file", "Report.txt" } });
        added.StatusCode.ShouldBe(HttpStatusCode.Created);
        var document = (await JsonAsync(added))["id"]!.GetValue<Guid>();

        var versioned = await http.PostAsync($"/api/documents/{document}/versions", new MultipartFormDataContent { { new ByteArrayContent(second), "file", "Report.txt" } });
        versioned.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await JsonAsync(versioned))["number"]!.GetValue<int>().ShouldBe(2);

        var listed = JsonNode.Parse(await http.GetStringAsync("/api/documents"))!["items"]!.AsArray().ShouldHaveSingleItem();
        listed!["id"]!.GetValue<Guid>().ShouldBe(document);
        listed["title"]!.GetValue<string>().ShouldBe("Report.txt");
        listed["version"]!.GetValue<int>().ShouldBe(2);

        (await http.GetByteArrayAsync($"/api/documents/{document}/versions/1/content")).ShouldBe(first);
        (await http.GetByteArrayAsync($"/api/documents/{document}/versions/2/content")).ShouldBe(second);
        (await http.GetByteArrayAsync($"/api/documents/{document}/content")).ShouldBe(second);
    }

    [SkippableFact]
    public async Task The_commands_that_the_README_shows_do_what_it_says()
    {
        Skip.Unless(File.Exists("/bin/bash") && File.Exists("/usr/bin/curl"), "The README's commands need bash and curl.");
        await using var kilo = await KiloProcess.ReadyAsync(_data.File("data"), environment: NobodyNamed);
        await File.WriteAllTextAsync(_data.File("report.pdf"), "first");
        await File.WriteAllTextAsync(_data.File("report-final.pdf"), "second");
        var script = Readme("## The API by curl").Replace("localhost:8080", $"localhost:{kilo.Port}", StringComparison.Ordinal);
        await File.WriteAllTextAsync(_data.File("script"), script);

        var bash = new ProcessStartInfo("/bin/bash", ["-e", "script"]) { WorkingDirectory = _data.Path, RedirectStandardOutput = true, RedirectStandardError = true };
        using var running = Process.Start(bash)!;
        var (said, complained) = (running.StandardOutput.ReadToEndAsync(), running.StandardError.ReadToEndAsync());
        await Eventually.Ends("the README's commands to end", running.WaitForExitAsync(), TimeSpan.FromSeconds(30));

        running.ExitCode.ShouldBe(0, await complained);
        (await said).ShouldNotContain("urn:kilo:problem", Case.Sensitive, script);
        using var admin = await kilo.Anonymous.SignInAsync("admin@localhost", (await File.ReadAllTextAsync(_data.File("data", "admin-password.txt"))).Trim());
        var document = (await admin.ListAsync("/api/documents")).ShouldHaveSingleItem();
        document["version"]!.GetValue<int>().ShouldBe(2, $"The README's second upload should be a version of its first.{Environment.NewLine}{await said}");
        (await File.ReadAllTextAsync(_data.File("version-1.pdf"))).ShouldBe("first");
        (await File.ReadAllTextAsync(_data.File("newest.pdf"))).ShouldBe("second");
    }

    [Fact]
    public async Task The_start_prints_which_engine_serves_each_port_before_it_is_ready()
    {
        await using var kilo = await KiloProcess.ReadyAsync(_data.Path);

        var lines = kilo.Output.Split(Environment.NewLine);
        foreach (var port in new[] { "log", "views", "content", "cache" })
        {
            lines.ShouldContain(line => line.TrimStart().StartsWith(port + ' ', StringComparison.Ordinal) && line.Contains(_data.Path, StringComparison.Ordinal));
        }
        lines.ShouldContain(line => line.Contains("role all", StringComparison.Ordinal) && line.Contains("documents", StringComparison.Ordinal));
        lines.TakeWhile(line => !line.StartsWith("Kilo is ready", StringComparison.Ordinal)).ShouldContain(line => line.TrimStart().StartsWith("port ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_named_administrator_a_generated_password_is_printed_once_kept_for_its_owner_alone_and_works()
    {
        await using var kilo = await KiloProcess.ReadyAsync(_data.Path, environment: NobodyNamed);

        var kept = _data.File("admin-password.txt");
        var password = (await File.ReadAllTextAsync(kept)).Trim();
        password.Length.ShouldBeGreaterThanOrEqualTo(16);
        kilo.Output.Split(password).Length.ShouldBe(2, "The password should be printed exactly once.");
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(kept).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        using var admin = await kilo.Anonymous.SignInAsync("admin@localhost", password);
        (await admin.GetAsync("/api/users/me")).Json["role"]!.GetValue<string>().ShouldBe("admin");
    }

    [Fact]
    public async Task A_second_start_on_the_same_data_keeps_everything_and_prints_no_password()
    {
        string password;
        Guid document;
        await using (var first = await KiloProcess.ReadyAsync(_data.Path, environment: NobodyNamed))
        {
            password = (await File.ReadAllTextAsync(_data.File("admin-password.txt"))).Trim();
            using var admin = await first.Anonymous.SignInAsync("admin@localhost", password);
            document = await admin.AddedAsync(Bytes.Of("kept"));
            (await admin.AddVersionAsync(document, Bytes.Of("kept as well"))).Status.ShouldBe(HttpStatusCode.Created);
            (await first.StopAsync()).ShouldBe(0);
        }

        await using var second = await KiloProcess.ReadyAsync(_data.Path, environment: NobodyNamed);

        second.Output.ShouldNotContain(password);
        second.Output.ShouldNotContain("password", Case.Insensitive);
        using var again = await second.Anonymous.SignInAsync("admin@localhost", password);
        (await again.ListAsync("/api/documents")).ShouldHaveSingleItem()["version"]!.GetValue<int>().ShouldBe(2);
        (await again.DownloadAsync(document, 1)).ShouldBe(Bytes.Of("kept"));
        (await again.DownloadAsync(document, 2)).ShouldBe(Bytes.Of("kept as well"));
        (await again.GetAsync("/api/users/count")).Json["count"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task A_token_from_before_a_restart_still_works()
    {
        string token;
        Guid user;
        await using (var first = await KiloProcess.ReadyAsync(_data.Path))
        {
            using var admin = await first.AdminAsync();
            (token, user) = (admin.Token!, admin.UserId);
            await first.StopAsync();
        }
        await using var second = await KiloProcess.ReadyAsync(_data.Path);
        using var same = second.Anonymous.WithToken(token, user);
        (await same.GetAsync("/api/documents")).Status.ShouldBe(HttpStatusCode.OK);
        (await same.GetAsync("/api/users/me")).Json["id"]!.GetValue<Guid>().ShouldBe(user);
    }

    // The code block under a heading.
    private static string Readme(string heading)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Kilo.slnx")))
        {
            root = root.Parent.ShouldNotBeNull("The tests should run within the checkout.");
        }
        var parts = File.ReadAllText(Path.Combine(root.FullName, "README.md")).Split(heading + '\n');
        parts.Length.ShouldBe(2, $"The README should have one section '{heading}'.");
        return parts[1].Split("```sh\n")[1].Split("```")[0];
    }

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage response) => JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

    public void Dispose() => _data.Dispose();
}
