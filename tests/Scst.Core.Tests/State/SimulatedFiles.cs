using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Scst.Core.Tests.State;

/// <summary>
/// A directory that remembers what a loss of power would leave: bytes that were not flushed may be there, partly there or
/// noise, names that were not flushed may be changed or not, in the order of the changes.
/// </summary>
internal sealed class SimulatedFiles : IStateFiles
{
    private readonly Dictionary<string, Inode> _names;
    private readonly List<Action<Dictionary<string, Inode>>> _unflushedNames = [];
    private Dictionary<string, Inode> _flushedNames;

    public SimulatedFiles()
        : this([])
    {
    }

    private SimulatedFiles(Dictionary<string, Inode> names)
    {
        _names = names;
        _flushedNames = new(names);
    }

    /// <summary>The number of the call that fails or cuts the power, from 1; zero for none.</summary>
    public int FatefulCall { get; set; }

    /// <summary>Whether that call cuts the power, and if so, whether it has done its work before; else it throws an error.</summary>
    public bool CutsPower { get; set; }

    public bool IsDoneBefore { get; set; }

    /// <summary>A disk that lies.</summary>
    public bool IgnoresFlushes { get; set; }

    /// <summary>The calls that change something, so far.</summary>
    public int Calls { get; set; }

    public List<string> Log { get; } = [];

    public void CreateDirectory(string path)
    {
    }

    public IDisposable Lock(string path) => new MemoryStream();

    public byte[]? Read(string path, int limit) => _names.TryGetValue(Path.GetFileName(path), out Inode? inode) ? [.. inode.Bytes] : null;

    public IStateFile Create(string path)
    {
        var inode = new Inode();
        Call("create", () =>
        {
            // An old file under this name would be emptied; a new one for it leaves no more behind.
            string name = Path.GetFileName(path);
            ChangeNames(names => names[name] = inode);
        });
        return new OpenFile(this, inode);
    }

    public void Replace(string source, string destination) => Call("rename", () =>
    {
        string from = Path.GetFileName(source);
        string to = Path.GetFileName(destination);
        Inode inode = _names[from];
        ChangeNames(names =>
        {
            names.Remove(from);
            names[to] = inode;
        });
    });

    public void Delete(string path) => Call("delete", () =>
    {
        string name = Path.GetFileName(path);
        ChangeNames(names => names.Remove(name));
    });

    public void FlushDirectory(string path) => Call("flush directory", () =>
    {
        if (IgnoresFlushes)
            return;
        _unflushedNames.Clear();
        _flushedNames = new(_names);
    });

    /// <summary>Every directory that the power may leave if it goes off now.</summary>
    public IEnumerable<SimulatedFiles> AfterPowerCut()
    {
        for (int changes = 0; changes <= _unflushedNames.Count; changes++)
        {
            for (int tear = 0; tear < Inode.Tears; tear++)
            {
                var names = new Dictionary<string, Inode>(_flushedNames);
                foreach (Action<Dictionary<string, Inode>> change in _unflushedNames.Take(changes))
                    change(names);
                yield return new(names.ToDictionary(pair => pair.Key, pair => pair.Value.AfterPowerCut(tear)));
            }
        }
    }

    public IEnumerable<string> Names => _names.Keys;

    /// <summary>The medium changes what was flushed.</summary>
    public void Damage(string name, byte[] bytes) => (_names[name].Bytes, _names[name].Flushed) = (bytes, bytes);

    public string FileThatIsNotAside() => _names.Keys.Single(name => name.EndsWith(".state", StringComparison.Ordinal));

    public byte[] BytesOf(string name) => _names[name].Bytes;

    public void Put(string name, byte[] bytes) => _names[name].Bytes = bytes;

    private void ChangeNames(Action<Dictionary<string, Inode>> change)
    {
        change(_names);
        _unflushedNames.Add(change);
    }

    private void Call(string what, Action work)
    {
        Log.Add(what);
        bool isFateful = ++Calls == FatefulCall;
        if (!isFateful || (CutsPower && IsDoneBefore))
            work();
        if (isFateful)
            throw CutsPower ? new PowerCutException() : new IOException($"{what} fails");
    }

    private sealed class Inode
    {
        public const int Tears = 6;

        public byte[] Bytes { get; set; } = [];

        public byte[] Flushed { get; set; } = [];

        /// <summary>What was not flushed is torn in one of several ways.</summary>
        public Inode AfterPowerCut(int tear)
        {
            byte[] bytes = Bytes.AsSpan().SequenceEqual(Flushed) ? Bytes : tear switch
            {
                0 => Flushed,
                1 => Bytes,
                2 => Bytes[..(Bytes.Length / 2)],
                3 => new byte[Bytes.Length],
                4 => [.. Bytes[..(Bytes.Length / 2)], .. new byte[Bytes.Length - Bytes.Length / 2]],
                _ => Bytes.Length == 0 ? [] : Bytes[..^1],
            };
            return new() { Bytes = bytes, Flushed = bytes };
        }
    }

    private sealed class OpenFile : IStateFile
    {
        private readonly SimulatedFiles _files;
        private readonly Inode _inode;

        public OpenFile(SimulatedFiles files, Inode inode)
        {
            _files = files;
            _inode = inode;
        }

        public void Write(byte[] bytes) => _files.Call("write", () => _inode.Bytes = [.. _inode.Bytes, .. bytes]);

        public void Flush() => _files.Call("flush", () =>
        {
            if (!_files.IgnoresFlushes)
                _inode.Flushed = _inode.Bytes;
        });

        public void Dispose()
        {
        }
    }
}
