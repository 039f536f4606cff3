"""Proposing something, and changing its words."""

from collab.desk.views import Desk, forms
from collab.ideas import services
from collab.ideas.models import Idea

blueprint = forms(Desk(Idea, "ideas", services.create))
