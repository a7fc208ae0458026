using Kilo.BuildingBlocks.Modules;
using Kilo.Engines.Cluster.S3;
using Kilo.Testing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Kilo.Engines.Tests.Content;

public sealed class S3ContentStoreTests : ContentStoreContract
{
    public S3ContentStoreTests() : this(new ManualTime()) { }

    private S3ContentStoreTests(ManualTime time) : base(S3Storage.With(time), time) { }
}

public sealed class S3ContentTests : ObjectContentTests
{
    private readonly S3Storage _s3;

    public S3ContentTests() : this(new ManualTime(DateTimeOffset.UtcNow)) { }

    private S3ContentTests(ManualTime time) : this(S3Storage.With(time), time) { }

    private S3ContentTests(S3Storage s3, ManualTime time) : base(s3, time) => _s3 = s3;

    [SkippableFact]
    public async Task Keys_that_are_wrong_are_named_by_the_servers_code_and_not_told()
    {
        var notReadyBecause = await ObjectStorage.ReadinessOf(_s3.OpenProcess(Servers.S3, "quite-wrong"));

        await Eventually.Async("the code", () => notReadyBecause()!.Contains("SignatureDoesNotMatch", StringComparison.Ordinal));
        notReadyBecause()!.ShouldNotContain("quite-wrong");
    }
}

[Collection(Alone.Name)]
public sealed class S3MemoryTests() : ObjectMemoryTests(S3Storage.With(TimeProvider.System), most: 96);

/// <summary>What a connection string of S3 is.</summary>
public sealed class S3AddressTests
{
    [Theory]
    [InlineData("Endpoint=http://127.0.0.1:1")]
    [InlineData("Bucket=kilo;Endpoint=somewhere")]
    [InlineData("Bucket=kilo;AccessKey=a-key")]
    [InlineData("Bucket=kilo;PathStyle=perhaps")]
    [InlineData("Bucket=kilo;SecretKye=a-secret")]
    [InlineData("a-secret")]
    public void A_connection_string_that_is_none_is_refused_without_repeating_it(string connectionString) =>
        Should.Throw<StartRefusedException>(() => new ServiceCollection().AddS3Content(connectionString)).Message.ShouldNotContain("a-secret");

    [Fact]
    public void Where_it_is_says_no_secret() =>
        S3Engine.Where("Endpoint=http://127.0.0.1:9000/;Bucket=kilo;AccessKey=a;SecretKey=b-secret;Prefix=/p/").ShouldBe("http://127.0.0.1:9000/kilo/p");
}
