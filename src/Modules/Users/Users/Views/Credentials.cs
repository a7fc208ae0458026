using System.Text.Json.Serialization;
using Kilo.BuildingBlocks.Events;
using Kilo.BuildingBlocks.Pump;
using Kilo.BuildingBlocks.Views;

namespace Kilo.Users.Views;

/// <summary>A password was set. On a private topic: no other module may read it.</summary>
/// <param name="UserId">Whose.</param>
/// <param name="PasswordHash">As ASP.NET Core Identity's hasher writes it.</param>
internal sealed record PasswordSet(Guid UserId, string PasswordHash) : IIntegrationEvent
{
    public static string EventName => "users.password-set.v1";

    public static Topic Topic { get; } = new("kilo.credentials", UsersModule.ModuleName, Partitions: 1, Compacted: true, Private: true);

    [JsonIgnore]
    public string Key => UserId.ToString();
}

/// <summary>A user's password. Partition: the user's id.</summary>
internal sealed record CredentialRow(string PasswordHash)
{
    public static ViewTable<CredentialRow> Table { get; } = new("credentials", RowsJson.Default.CredentialRow);
}

internal sealed class CredentialsProjection : Projection
{
    public CredentialsProjection() => On<PasswordSet>((e, session, _) =>
    {
        session.Put(CredentialRow.Table, e.Fact.Key, "", new CredentialRow(e.Fact.PasswordHash));
        return ValueTask.CompletedTask;
    });
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(PasswordSet))]
internal sealed partial class CredentialsJson : JsonSerializerContext;
