from django.core.management.base import BaseCommand

from mst_sites.toy.models import Keepsake


class Command(BaseCommand):
    def handle(self, *args, **options):
        Keepsake.objects.create(name="loaded")
