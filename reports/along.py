"""What is counted along with the volumes, in their query, and which rows it is counted from."""

# An answer counts in the quarter of the closing that was asked about, whenever it came. What has become confidential
# since, or was raised by monitoring, is in no figure (Rule T6).
ASKED = """
      FROM satisfaction_satisfactionquestion question JOIN tickets_ticket ticket ON ticket.id = question.ticket_id
     WHERE question.provider_id = %(provider)s AND question.customer_id = %(customer)s
       AND question.closed_at >= %(start)s AND question.closed_at < %(end)s
       AND NOT ticket.is_confidential AND ticket.channel <> 'monitoring'
"""
ANSWER_COUNTS = f"""
    SELECT count(*) AS asked, count(*) FILTER (WHERE answer = 'good') AS good,
           count(*) FILTER (WHERE answer = 'all_right') AS all_right,
           count(*) FILTER (WHERE answer = 'poor') AS poor
    {ASKED}
"""

# A review counts in the quarter in which its outcome was recorded (Rule S12). Schools were told nothing of one of a
# confidential ticket, so it is in no figure (Rule T6).
REVIEWED = """
      FROM reviews_review review LEFT JOIN tickets_ticket ticket ON ticket.id = review.ticket_id
     WHERE review.provider_id = %(provider)s AND review.customer_id = %(customer)s
       AND review.done_at >= %(start)s AND review.done_at < %(end)s
       AND NOT coalesce(ticket.is_confidential, false)
"""
REVIEW_COUNTS = f"""
    SELECT count(*) FILTER (WHERE outcome = 'steps') AS steps,
           count(*) FILTER (WHERE outcome = 'training') AS training,
           count(*) FILTER (WHERE outcome = 'upgrade') AS upgrade,
           count(*) FILTER (WHERE outcome = 'nothing') AS nothing
    {REVIEWED}
"""
