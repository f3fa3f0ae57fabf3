"""The helpdesk at the root, Django's own administration beside it, and the files that customers sent."""

from django.contrib import admin
from django.urls import include, path
from django.views.static import serve

from demo.django_helpdesk.place import Place

urlpatterns = [
    path("admin/", admin.site.urls),
    path("attachments/<path:path>", serve, {"document_root": Place.entered().attachments}),
    path("", include("helpdesk.urls")),
]
