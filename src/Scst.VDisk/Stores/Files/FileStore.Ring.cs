using System;
using System.IO;
using System.Threading;

namespace Scst.VDisk;

/// <content>Operations that need no thread to wait for them.</content>
public partial class FileStore
{
    /// <summary>The part of an operation that blocks is over.</summary>
    internal void Conclude(FileOperation operation, StoreStatus status)
    {
        if (status == StoreStatus.Ok && operation.IsForced) _flushes.Enlist(operation);
        else operation.Complete(status);
    }

    /// <summary>The ring has answered, in its thread.</summary>
    /// <param name="operation">What is over.</param>
    /// <param name="result">Bytes, or a negative errno.</param>
    internal void EndOnRing(FileOperation operation, int result)
    {
        int length = operation.Kind == FileOperationKind.Read ? operation.Destination.Length : operation.Source.Length;
        if (result == length)
        {
            Conclude(operation, StoreStatus.Ok);
        }
        else if (result >= 0 || IsNoAnswer(-result))
        {
            ThreadPool.UnsafeQueueUserWorkItem(operation, preferLocal: false);
        }
        else
        {
            Conclude(operation, FileErrors.ToStatus(new IOException(null, -result), operation.Kind));
        }
    }

    /// <summary>Says nothing of the medium, only that it was not asked, or not in a way that the ring knows.</summary>
    private static bool IsNoAnswer(int error) =>
        error is LinuxUring.TryAgain or LinuxUring.Interrupted or LinuxUring.Canceled or LinuxUring.InvalidArgument or LinuxUring.NotSupported;

    private bool TryStartOnRing(FileOperation operation)
    {
        if (_ring is null) return false;
        try
        {
            // See Write: what is behind the end of a file that was cut must not be written.
            return (operation.Kind != FileOperationKind.Write || _io.Length >= operation.Offset + operation.Source.Length) && _ring.TryStart(operation);
        }
        catch (Exception e) when (FileErrors.IsFromSystem(e))
        {
            // The thread will meet it too, and tell.
            return false;
        }
    }
}
