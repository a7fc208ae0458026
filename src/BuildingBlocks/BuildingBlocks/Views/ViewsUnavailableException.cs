namespace Kilo.BuildingBlocks.Views;

/// <summary>The views cannot be read or written now. The pump backs off and tries again; a request answers 503.</summary>
public sealed class ViewsUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Another consumer has folded the same partition. What was folded here started from rows that are not the newest: start again from the checkpoint.</summary>
public sealed class CheckpointMovedException() : Exception("Another consumer has moved the checkpoint.");
