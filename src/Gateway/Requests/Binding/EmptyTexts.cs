using Microsoft.AspNetCore.Mvc.ModelBinding.Metadata;

namespace Gateway.Requests.Binding;

/// <summary>
/// Binds an empty query parameter to an empty string. MVC would bind it to null by default, so a filter whose value was forgotten would be ignored.
/// </summary>
internal sealed class EmptyTexts : IDisplayMetadataProvider
{
    public void CreateDisplayMetadata(DisplayMetadataProviderContext context) => context.DisplayMetadata.ConvertEmptyStringToNull = false;
}
