using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.DeviceServer;

/// <summary>A disk with a caching page (08h, WCE changeable, can be saved) and a subpage of the control page, FUA supported.</summary>
internal abstract class ModeFixture : EngineFixture
{
    /// <summary>The caching mode page with WCE one (SBC-5); the medium's handler lets WCE be changed.</summary>
    protected static readonly byte[] Caching = [0x08, 0x12, 0x04, .. new byte[17]];

    /// <summary>A mode page of the handler in subpage format, which cannot be saved.</summary>
    protected static readonly byte[] Extension = [0x4A, 0x02, 0x00, 0x1C, .. new byte[28]];

    /// <summary>The control extension mode page, 0Ah/01h (SPC-6): TCMOS and SCSIP.</summary>
    protected static readonly byte[] ControlExtension = [0x4A, 0x01, 0x00, 0x1C, 0x06, .. new byte[27]];

    /// <summary>The control mode page as it is until somebody changes it: QUEUE ALGORITHM MODIFIER 1.</summary>
    protected static readonly byte[] Control = [0x0A, 0x0A, 0x00, 0x10, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>Short LBA mode parameter block descriptor: 2000h blocks of 200h bytes.</summary>
    protected static readonly byte[] Descriptor = [0x00, 0x00, 0x20, 0x00, 0x00, 0x00, 0x02, 0x00];

    protected LoopbackInitiator Initiator { get; private set; } = null!;

    protected ModeHandler Modes => (ModeHandler)Disk;

    [SetUp]
    public void LogIn() => Initiator = Login();

    /// <summary>Also after a test that failed, so that the engine can be disposed.</summary>
    [TearDown]
    public void EndChanges()
    {
        Modes.HoldsChanges = false;
        while (Modes.HeldChanges.TryDequeue(out ModePageChange? change))
            change.Accept();
    }

    protected override ScriptedHandler CreateDisk() => new ModeHandler();

    protected static byte[] With(byte[] page, int offset, byte value)
    {
        byte[] changed = [.. page];
        changed[offset] = value;
        return changed;
    }

    /// <summary>MODE SELECT(6) without a block descriptor.</summary>
    protected LoopbackResult Select(params byte[][] pages) => Select(Initiator, pages);

    protected static LoopbackResult Select(LoopbackInitiator initiator, params byte[][] pages)
    {
        byte[] list = [0, 0, 0, 0, .. pages.SelectMany(page => page)];
        return Run(initiator, Cdbs.ModeSelect6(list.Length), list);
    }

    /// <summary>The current values of a page.</summary>
    protected byte[] Sense(byte page) => Fetch(Initiator, Cdbs.ModeSense6(page, dbd: true), 255)[4..];

    protected sealed class ModeHandler : ScriptedHandler, IModePageHandler
    {
        internal ModeHandler() => Description = new()
        {
            Commands = [Read10, Write10, Synchronize],
            BlockLength = BlockLength,
            BlockCount = 0x2000,
            SupportsForceUnitAccess = true,
            ModePages =
            [
                new ModePage(Extension, [0x4A, 0x02, 0x00, 0x1C, 0xFF, .. new byte[27]]),
                new ModePage(With(Caching, 0, 0x88), [0x88, 0x12, 0x04, .. new byte[17]]),
            ],
        };

        internal List<byte[]> Changes { get; } = [];

        internal Sense? Refusal { get; set; }

        internal bool Throws { get; set; }

        /// <summary>Whether changes wait until the test ends them.</summary>
        internal bool HoldsChanges { get; set; }

        internal Queue<ModePageChange> HeldChanges { get; } = new();

        /// <summary>How deep in another change a change was at most.</summary>
        internal int Deepest { get; private set; }

        private int Depth { get; set; }

        public void ChangeModePages(ModePageChange change)
        {
            if (Throws)
                throw new System.InvalidOperationException("The handler is broken.");
            if (HoldsChanges)
            {
                HeldChanges.Enqueue(change);
                return;
            }
            Depth++;
            Deepest = System.Math.Max(Deepest, Depth);
            if (Refusal is { } sense)
            {
                change.Refuse(sense);
            }
            else
            {
                foreach (ModePage page in change.Pages)
                    Changes.Add(change.TryGetValues(page.Code, page.Subpage, out System.ReadOnlySpan<byte> values) ? values.ToArray() : []);
                change.Accept();
            }
            Depth--;
        }
    }
}
