namespace Kilo.BuildingBlocks.Views;

/// <summary>The views cannot be read or written now. The pump backs off and tries again; a request answers 503.</summary>
public sealed class ViewsUnavailableException(string message, Exception inner) : Exception(message, inner);
