using System;
using System.Collections.Generic;

namespace Scst.VDisk.Tests;

/// <summary>A ring over a fake file, which does what it was given when a test says so.</summary>
internal sealed class HeldRing : IFileRing
{
    private readonly FakeFileIo _io;
    private readonly Queue<FileOperation> _held = new();

    internal HeldRing(FakeFileIo io) => _io = io;

    internal int Count => _held.Count;

    public bool TryStart(FileOperation operation)
    {
        _held.Enqueue(operation);
        return true;
    }

    /// <summary>Does the oldest.</summary>
    internal void Do()
    {
        FileOperation operation = _held.Dequeue();
        bool isRead = operation.Kind == FileOperationKind.Read;
        if (!isRead) _io.Write(operation.Offset, operation.Source.Span);
        operation.EndOnRing(isRead ? _io.Read(operation.Offset, operation.Destination.Span) : operation.Source.Length);
    }

    /// <summary>Answers the oldest without doing it: bytes, or a negative errno.</summary>
    internal void Answer(int result) => _held.Dequeue().EndOnRing(result);

    public void Dispose()
    {
        if (_held.Count > 0) throw new InvalidOperationException("The ring is closed under a running operation.");
    }
}
