using System;
using System.Net;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Tests.Initiator;
using Scst.Testing;

namespace Scst.Iscsi.Tests.Driver;

/// <summary>The iSCSI driver does what every driver owes, whatever was negotiated.</summary>
[TestFixture("InitialR2T=Yes", "ImmediateData=Yes", "MaxOutstandingR2T=1")]
[TestFixture("InitialR2T=No", "ImmediateData=No", "FirstBurstLength=4096", "MaxBurstLength=8192", "MaxOutstandingR2T=4")]
[TestFixture("InitialR2T=No", "ImmediateData=Yes", "HeaderDigest=CRC32C", "DataDigest=CRC32C", "MaxRecvDataSegmentLength=65536")]
internal sealed class IscsiDriverContractTests : TargetDriverContract
{
    private const string Iqn = "iqn.2026-01.org.example:disk";

    private readonly string[] _keys;
    private IscsiTargetDriver _driver = null!;

    public IscsiDriverContractTests(params string[] keys) => _keys = keys;

    protected override int TransportBufferLength => 256 << 10;

    protected override async ValueTask<Target> StartAsync(ScsiEngine engine, TargetOptions options)
    {
        _driver = new IscsiTargetDriver(engine, new IscsiDriverOptions { Portals = [new IPEndPoint(IPAddress.Loopback, 0)] });
        var target = _driver.AddTarget(Iqn, options);
        await _driver.StartAsync();
        return target;
    }

    protected override async ValueTask<DriverInitiator> ConnectAsync(string name)
    {
        var connection = await TestInitiator.ConnectAsync(_driver.Endpoints[0]);
        connection.Name = "iqn.2026-01.org.example:" + name;
        // The functions that ask about tasks need this level (RFC 7144 6.3).
        await connection.LoginAsync(Iqn, [.. _keys, "iSCSIProtocolLevel=2"]);
        if (Array.IndexOf(_keys, "MaxRecvDataSegmentLength=65536") >= 0)
            connection.OwnMaxSegment = 65536;
        return new PipelineInitiator(connection);
    }

    protected override ValueTask StopAsync() => _driver.DisposeAsync();
}
