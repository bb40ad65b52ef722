using Xunit;

namespace Gateway.EndToEnd.Dashboard.Support;

/// <summary>The tests of the dashboard, one after the other, so that pages are drawn as on a computer that does little else.</summary>
[CollectionDefinition(Name)]
public sealed class DashboardTests : ICollectionFixture<Browser>, ICollectionFixture<OpenGateway>, ICollectionFixture<DemoFleet>
{
    public const string Name = "Dashboard";
}
