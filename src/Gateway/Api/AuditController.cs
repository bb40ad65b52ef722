using System.ComponentModel.DataAnnotations;
using Gateway.Access;
using Gateway.Audit;
using Microsoft.AspNetCore.Mvc;
using QmpGateway.Contracts;

namespace Gateway.Api;

/// <summary>Who did what.</summary>
[ApiController]
[Tags("Gateway")]
public sealed class AuditController : ControllerBase
{
    private const int DefaultLimit = 100;

    /// <summary>Reads the audit log, newest first.</summary>
    /// <remarks>An administrator of some VMs sees only the records about those VMs.</remarks>
    /// <param name="reader">The log.</param>
    /// <param name="vm">Only records about this VM.</param>
    /// <param name="who">Only records of this caller.</param>
    /// <param name="limit">The maximum number of records. Default: 100.</param>
    [HttpGet("audit", Name = "ReadAudit")]
    [Access(Role.Admin, OnAnyVm = true)]
    public ActionResult<AuditPage> Read(
        [FromServices] AuditReader reader, [FromQuery] string? vm, [FromQuery] string? who, [FromQuery, Range(1, 1000)] int? limit)
    {
        var grants = User.Access().Grants;
        return new AuditPage(reader.Read(
            record => (vm is null || record.Vm == vm) && (who is null || record.Who == who)
                && (record.Vm is { } about ? grants.Allow(Role.Admin, about) : grants.AllowEverywhere(Role.Admin)),
            limit ?? DefaultLimit));
    }
}
