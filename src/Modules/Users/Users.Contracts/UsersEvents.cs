using System.Text.Json.Serialization;
using Kilo.BuildingBlocks.Events;

namespace Kilo.Users.Contracts;

/// <summary>The public events of Users.</summary>
public static class UsersEvents
{
    /// <summary>Adds them to a catalogue.</summary>
    public static EventCatalogue AddUsersEvents(this EventCatalogue catalogue) => catalogue
        .Add(UsersJson.Default.UserRegistered)
        .Add(UsersJson.Default.UserUpdated)
        .Add(UsersJson.Default.UserRemoved)
        .Add(UsersJson.Default.TokenIssued)
        .Add(UsersJson.Default.TokenRevoked);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(UserRegistered))]
[JsonSerializable(typeof(UserUpdated))]
[JsonSerializable(typeof(UserRemoved))]
[JsonSerializable(typeof(TokenIssued))]
[JsonSerializable(typeof(TokenRevoked))]
internal sealed partial class UsersJson : JsonSerializerContext;
