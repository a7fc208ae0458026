using System.Data.Common;
using System.Globalization;
using Kilo.BuildingBlocks.Modules;

namespace Kilo.Engines.Cluster.S3;

/// <summary>Where the contents lie and who asks for them, as a connection string says.</summary>
internal sealed class S3Address
{
    private const string Form = "Endpoint=http://host:port;Bucket=kilo;AccessKey=…;SecretKey=…;Region=us-east-1;PathStyle=true;Prefix=…";

    private static readonly string[] Names = ["Endpoint", "Bucket", "AccessKey", "SecretKey", "Region", "PathStyle", "Prefix"];

    private S3Address(DbConnectionStringBuilder values)
    {
        Endpoint = Value(values, "Endpoint")?.TrimEnd('/');
        Bucket = Value(values, "Bucket") ?? throw Refused("names no Bucket");
        (AccessKey, SecretKey) = (Value(values, "AccessKey"), Value(values, "SecretKey"));
        // Where the SDK looks for it as well; but without one it refuses when the first request comes, and that is too late.
        Region = Value(values, "Region")
            ?? Environment.GetEnvironmentVariable("AWS_REGION")
            ?? Environment.GetEnvironmentVariable("AWS_DEFAULT_REGION")
            ?? (Endpoint is null ? throw Refused("names neither an Endpoint nor a Region") : "us-east-1");
        PathStyle = Value(values, "PathStyle") is { } style && (bool.TryParse(style, out var path) ? path : throw Refused("says neither true nor false for PathStyle"));
        Prefix = Value(values, "Prefix") is { } prefix ? prefix.Trim('/') + "/" : "";
        if (Endpoint is not null && !(Uri.TryCreate(Endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0))
        {
            throw Refused("has an Endpoint that is no address like http://host:port");
        }
        if (AccessKey is null != SecretKey is null)
        {
            throw Refused("names one of AccessKey and SecretKey without the other");
        }
    }

    /// <summary>Null: Amazon's, in the region.</summary>
    public string? Endpoint { get; }

    public string Bucket { get; }

    /// <summary>Null: the SDK looks for credentials in its usual places (environment, files, the machine's or the pod's role).</summary>
    public string? AccessKey { get; }

    public string? SecretKey { get; }

    /// <summary>What requests are signed for.</summary>
    public string Region { get; }

    public bool PathStyle { get; }

    /// <summary>What every key begins with: nothing, or something that ends with a slash.</summary>
    public string Prefix { get; }

    /// <summary>For people; without secrets.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Endpoint ?? "Amazon S3"}/{Bucket}{(Prefix.Length > 0 ? "/" + Prefix.TrimEnd('/') : "")}");

    /// <summary>Reads a connection string.</summary>
    /// <exception cref="StartRefusedException">It is not like one; the message does not repeat it.</exception>
    public static S3Address Parse(string connectionString)
    {
        var values = new DbConnectionStringBuilder();
        try
        {
            values.ConnectionString = connectionString;
        }
        catch (ArgumentException)
        {
            throw Refused("cannot be read");
        }
        return values.Keys.Cast<string>().FirstOrDefault(k => !Names.Contains(k, StringComparer.OrdinalIgnoreCase)) is { } unknown
            ? throw Refused($"has an unknown part '{unknown}'")
            : new S3Address(values);
    }

    private static string? Value(DbConnectionStringBuilder values, string name) =>
        values.TryGetValue(name, out var value) && value is string { Length: > 0 } text ? text : null;

    private static StartRefusedException Refused(string why) => new($"ConnectionStrings__S3 {why}. It is like {Form}; Keys, PathStyle and Prefix may be left out, and either Endpoint (Amazon) or Region (us-east-1, or AWS_REGION).");
}
