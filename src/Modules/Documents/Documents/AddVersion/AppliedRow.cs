namespace Kilo.Documents.AddVersion;

/// <summary>What a request with an <c>Idempotency-Key</c> did the first time.</summary>
/// <param name="Number">The version that answers the request.</param>
/// <param name="Unchanged">True when it was there before.</param>
internal sealed record AppliedRow(int Number, bool Unchanged);
